package dev.logikids.database.datasource;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** The networks of this machine, as far as the name or address of a host tells without asking DNS. */
final class OwnNetworks {

    private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
    private static final Pattern ONLY_NUMBERS = Pattern.compile("(0[xX][0-9A-Fa-f]*|\\d+|\\.)+");
    /** Names that no public DNS serves: RFC 6761, RFC 6762, ICANN's resolution of 2024-07-29, and Kubernetes. */
    private static final List<String> LOCAL_DOMAINS = List.of(".localhost", ".local", ".internal", ".svc");

    private OwnNetworks() {}

    /**
     * Whether traffic to the host stays in networks of the machine: loopback, link-local and private addresses (RFC 1918,
     * RFC 4193), names without a dot as Compose and Kubernetes have them, and names in domains that are never public.
     */
    static boolean contain(String host) {
        Optional<InetAddress> address = address(host);
        if (address.isPresent()) {
            return isOwn(address.get());
        }
        String name = host.toLowerCase(Locale.ROOT).replaceFirst("\\.$", "");
        // a resolver takes 134744072 for 8.8.8.8
        return !ONLY_NUMBERS.matcher(name).matches()
                && (!name.contains(".") || LOCAL_DOMAINS.stream().anyMatch(name::endsWith));
    }

    /** The address that is written as such; empty for a name. */
    static Optional<InetAddress> address(String host) {
        if (!host.contains(":") && !IPV4.matcher(host).matches()) {
            return Optional.empty();
        }
        try {
            // with brackets it can only be an address; neither form is looked up
            return Optional.of(InetAddress.getByName(host.contains(":") ? "[" + host + "]" : host));
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
    }

    private static boolean isOwn(InetAddress address) {
        byte first = address.getAddress()[0];
        boolean uniqueLocal = address.getAddress().length == 16 && (first & 0xFE) == 0xFC;
        return address.isLoopbackAddress()
                || address.isAnyLocalAddress()
                || address.isLinkLocalAddress()
                || address.isSiteLocalAddress() && address.getAddress().length == 4
                || uniqueLocal;
    }
}
