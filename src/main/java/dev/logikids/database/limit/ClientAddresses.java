package dev.logikids.database.limit;

import io.netty.util.NetUtil;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Tells clients apart by their address. If the sender of a request is a trusted proxy, the client is the last address in
 * {@code X-Forwarded-For} or {@code Forwarded} (RFC 7239) that is no trusted proxy: what stands before it, the client may
 * have written itself. {@code quarkus.http.proxy.*} takes the first address and has no effect here.
 */
@Singleton
public final class ClientAddresses {

    private static final String X_FORWARDED_FOR = "X-Forwarded-For";
    private static final String FORWARDED = "Forwarded";
    /** What proxies add to a request; a proxy that is not trusted adds them too. */
    private static final List<String> TRACES_OF_A_PROXY = List.of(
            X_FORWARDED_FOR,
            FORWARDED,
            "Via",
            "X-Real-IP",
            "X-Forwarded-Host",
            "X-Forwarded-Proto",
            "X-Forwarded-Port",
            "X-Forwarded-Server",
            "X-Client-IP",
            "True-Client-IP",
            "CF-Connecting-IP");
    /** IPv6 in brackets, IPv4, or IPv6 without brackets; the first two may have a port. */
    private static final Pattern NODE =
            Pattern.compile("\"?(?:\\[([0-9A-Fa-f:.]+)](?::\\w+)?|([0-9.]+)(?::\\w+)?|([0-9A-Fa-f:.]+))\"?");

    private final Networks trusted;

    @Inject
    ClientAddresses(AttemptConfig settings) {
        this(settings.trustedProxies().orElse(List.of()));
    }

    /**
     * @param trustedProxies addresses, and networks such as {@code 10.0.0.0/8}
     * @throws ConfigurationException for anything else
     */
    ClientAddresses(List<String> trustedProxies) {
        this.trusted = Networks.of("logikids.attempts.trusted-proxies", trustedProxies);
    }

    /** Returns the same text for requests of the same client. */
    public String of(HttpServerRequest request) {
        // of the connection: that of the request is what quarkus.http.proxy.* makes of it
        SocketAddress sender = request.connection().remoteAddress();
        // null for a Unix socket and for a connection that has been closed
        String address = sender == null ? null : sender.hostAddress();
        return address == null ? "unknown" : of(address, request.headers());
    }

    String of(String sender, MultiMap headers) {
        return address(sender)
                .map(address -> client(forwarded(address, headers)))
                .orElse(sender);
    }

    /**
     * Returns the address of the client as far as nobody else can have written it: of the sender, or the one that a trusted
     * proxy names. Empty where that leaves a doubt: a sender that is no trusted proxy and passes on what a proxy adds, so that
     * its own client is unknown; a trusted proxy that names no address, or two.
     */
    public Optional<InetAddress> certain(HttpServerRequest request) {
        SocketAddress sender = request.connection().remoteAddress();
        String address = sender == null ? null : sender.hostAddress();
        return address == null ? Optional.empty() : certain(address, request.headers());
    }

    Optional<InetAddress> certain(String sender, MultiMap headers) {
        Optional<InetAddress> address = address(sender);
        boolean ofProxy = TRACES_OF_A_PROXY.stream().anyMatch(headers::contains);
        if (address.isEmpty() || !isTrusted(address.get())) {
            return ofProxy ? Optional.empty() : address;
        }
        List<List<String>> lists = new ArrayList<>();
        if (headers.contains(X_FORWARDED_FOR)) {
            lists.add(elements(headers, X_FORWARDED_FOR));
        }
        if (headers.contains(FORWARDED)) {
            lists.add(forParameters(headers));
        }
        if (lists.isEmpty()) {
            // somebody on the machine of the proxy
            return address;
        }
        Set<Optional<InetAddress>> named = new HashSet<>();
        lists.forEach(nodes -> named.add(named(address.get(), nodes)));
        return named.size() == 1 ? named.iterator().next() : Optional.empty();
    }

    /** The client that the trusted sender names; empty if it or a trusted proxy before it names none. */
    private Optional<InetAddress> named(InetAddress sender, List<String> nodes) {
        Optional<InetAddress> nearest = Optional.of(sender);
        for (String node : nodes) {
            if (nearest.filter(this::isTrusted).isEmpty()) {
                break;
            }
            nearest = address(node);
        }
        return nodes.isEmpty() ? Optional.empty() : nearest;
    }

    private InetAddress forwarded(InetAddress sender, MultiMap headers) {
        InetAddress byList = lastUntrusted(sender, elements(headers, X_FORWARDED_FOR));
        InetAddress byForwarded = lastUntrusted(sender, forParameters(headers));
        if (!headers.contains(FORWARDED)) {
            return byList;
        }
        // the client may have sent the header that the proxy does not set
        return !headers.contains(X_FORWARDED_FOR) || byList.equals(byForwarded) ? byForwarded : sender;
    }

    /** Follows the addresses from the sender towards the client, as far as trusted proxies wrote them. */
    private InetAddress lastUntrusted(InetAddress sender, List<String> nodes) {
        InetAddress nearest = sender;
        for (String node : nodes) {
            Optional<InetAddress> next = isTrusted(nearest) ? address(node) : Optional.empty();
            if (next.isEmpty()) {
                break;
            }
            nearest = next.get();
        }
        return nearest;
    }

    private boolean isTrusted(InetAddress address) {
        return trusted.contain(address);
    }

    /** The elements of a header, the last first. */
    private static List<String> elements(MultiMap headers, String name) {
        return parts(String.join(",", headers.getAll(name)), ',');
    }

    /** The parts between the separators, the last first, without empty ones. */
    private static List<String> parts(String text, char separator) {
        List<String> parts = new ArrayList<>();
        boolean quoted = false;
        int end = text.length();
        // backwards: a quote that the client leaves open must not reach into what a proxy appends
        for (int i = end - 1; i >= -1; i--) {
            if (i == -1 || (text.charAt(i) == separator && !quoted)) {
                parts.add(text.substring(i + 1, end).strip());
                end = i;
            } else if (text.charAt(i) == '"') {
                quoted = !quoted;
            }
        }
        parts.removeIf(String::isEmpty);
        return parts;
    }

    /** The values of {@code for} in {@code Forwarded}, the last first. */
    private static List<String> forParameters(MultiMap headers) {
        return elements(headers, FORWARDED).stream()
                .map(ClientAddresses::forParameter)
                .toList();
    }

    /** The value of {@code for} in an element of {@code Forwarded}, or an empty text. */
    private static String forParameter(String element) {
        return parts(element, ';').stream()
                .filter(parameter -> parameter.regionMatches(true, 0, "for=", 0, 4))
                .map(parameter -> parameter.substring(4))
                .findFirst()
                .orElse("");
    }

    /** Empty for {@code unknown}, for a name that hides an address, and for anything else that is no address. */
    static Optional<InetAddress> address(String node) {
        Matcher matcher = NODE.matcher(node);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        for (int form = 1; form <= matcher.groupCount(); form++) {
            if (matcher.group(form) != null) {
                return Optional.ofNullable(NetUtil.createInetAddressFromIpAddressString(matcher.group(form)));
            }
        }
        return Optional.empty();
    }

    /** An IPv6 client has a whole network of addresses, at least a /64 (RFC 6177, section 2): all of it counts as one. */
    private static String client(InetAddress address) {
        return address instanceof Inet4Address
                ? address.getHostAddress()
                : HexFormat.of().formatHex(address.getAddress(), 0, 8);
    }
}
