package dev.logikids.database.limit;

import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import io.quarkus.runtime.configuration.ConfigurationException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;

/** Some addresses and networks. */
public final class Networks {

    private final List<IpSubnetFilterRule> rules;

    private Networks(List<IpSubnetFilterRule> rules) {
        this.rules = rules;
    }

    /**
     * Reads the value of a setting.
     *
     * @param setting its name, for the error
     * @param texts addresses, and networks such as {@code 10.0.0.0/8}
     * @throws ConfigurationException for anything else
     */
    public static Networks of(String setting, List<String> texts) {
        return new Networks(texts.stream().map(text -> rule(setting, text)).toList());
    }

    /** Whether the address is one of them, or in one of them. */
    public boolean contain(InetAddress address) {
        InetSocketAddress anyPort = new InetSocketAddress(address, 0);
        return rules.stream().anyMatch(rule -> rule.matches(anyPort));
    }

    private static IpSubnetFilterRule rule(String setting, String text) {
        String[] parts = text.strip().split("/", 2);
        try {
            InetAddress address = ClientAddresses.address(parts[0]).orElseThrow(IllegalArgumentException::new);
            int bits = parts.length == 2 ? Integer.parseInt(parts[1]) : address.getAddress().length * 8;
            return new IpSubnetFilterRule(address, bits, IpFilterRuleType.ACCEPT);
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(
                    setting + ": '" + text + "' is neither an address nor a network such as 10.0.0.0/8");
        }
    }
}
