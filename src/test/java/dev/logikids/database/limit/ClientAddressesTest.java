package dev.logikids.database.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.runtime.configuration.ConfigurationException;
import io.vertx.core.MultiMap;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientAddressesTest {

    private static final String PROXY = "10.0.0.1";
    private static final String CLIENT = "192.0.2.7";

    private final ClientAddresses clients =
            new ClientAddresses(List.of(PROXY, " 172.16.0.0/12", "fd00::/64", "2001:db8:ffff::1"));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "192.0.2.7",
                "192.0.2.7:4711",
                "\"192.0.2.7\"",
                "::ffff:192.0.2.7",
                "[::ffff:c000:207]:4711",
                " 6.6.6.6 ,192.0.2.7 ",
                "6.6.6.6, 10.0.0.1, 192.0.2.7, 172.31.255.255",
                "6.6.6.6, 192.0.2.7, 10.0.0.1, [fd00::9]:80, 10.0.0.1",
                "garbage, unknown, _hidden, ,, 192.0.2.7,,",
                "\"open quote, 192.0.2.7",
            })
    void theLastAddressThatIsNoProxyCounts(String header) {
        assertThat(byList(PROXY, header)).isEqualTo(CLIENT);
        assertThat(byList("fd00::1", header)).isEqualTo(CLIENT);
        assertThat(byList("::ffff:10.0.0.1", header)).isEqualTo(CLIENT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "for=192.0.2.7",
                "for=192.0.2.7:4711;proto=https;by=203.0.113.1",
                "proto=https; For=\"192.0.2.7:_port\"",
                "for=\"[::ffff:192.0.2.7]:80\"",
                "for=6.6.6.6, for=192.0.2.7, for=\"[fd00::2]\";host=\"a,b;for=6.6.6.6\"",
                "for=\"6.6.6.6, for=192.0.2.7",
                "for=\"\\\"6.6.6.6, for=192.0.2.7",
                "host=\"x;for=6.6.6.6,for=6.6.6.6;x\";for=192.0.2.7",
            })
    void forwardedSaysTheSame(String header) {
        assertThat(byForwarded(header)).isEqualTo(CLIENT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ",",
                "unknown",
                "6.6.6.6, unknown",
                "6.6.6.6, _hidden",
                "6.6.6.6, localhost",
                "6.6.6.6, 1.2.3",
                "6.6.6.6, 1.2.3.4.5",
                "6.6.6.6, 300.1.1.1",
                "6.6.6.6, [::1",
                "6.6.6.6, 1:2",
                "6.6.6.6, \"",
                "6.6.6.6, -",
            })
    void aClientThatTheProxyDoesNotNameIsTheProxy(String header) {
        assertThat(byList(PROXY, header)).isEqualTo(PROXY);
        assertThat(byForwarded(header.replace("6.6.6.6, ", "for=6.6.6.6, for=")))
                .isEqualTo(PROXY);
    }

    @Test
    void aClientIsCertainIfNobodyElseCanHaveWrittenItsAddress() {
        assertThat(certain("192.0.2.7", headers())).isEqualTo("192.0.2.7");
        assertThat(certain(PROXY, headers())).isEqualTo(PROXY);
        assertThat(certain(PROXY, headers("X-Forwarded-For", "6.6.6.6, 192.0.2.7")))
                .isEqualTo("192.0.2.7");
        assertThat(certain(PROXY, headers("Forwarded", "for=6.6.6.6, for=192.0.2.7")))
                .isEqualTo("192.0.2.7");
        assertThat(certain(PROXY, headers("X-Forwarded-For", "192.0.2.7").add("Forwarded", "for=192.0.2.7")))
                .isEqualTo("192.0.2.7");
    }

    @Test
    void whereThereIsADoubtNoClientIsCertain() {
        for (String name : List.of("X-Forwarded-For", "Forwarded", "Via", "X-Real-IP", "x-forwarded-proto")) {
            assertThat(certain("192.0.2.7", headers(name, "192.0.2.7")))
                    .as(name)
                    .isEmpty();
        }
        for (String hidden :
                List.of("", ",", "unknown", "6.6.6.6, unknown", "6.6.6.6, _hidden", "6.6.6.6, 10.0.0.1.")) {
            assertThat(certain(PROXY, headers("X-Forwarded-For", hidden)))
                    .as(hidden)
                    .isEmpty();
            assertThat(certain(PROXY, headers("X-Forwarded-For", hidden + ", 172.16.0.1")))
                    .as("before a second proxy: %s", hidden)
                    .isIn("", "172.16.0.1");
        }
        assertThat(certain(PROXY, headers("X-Forwarded-For", "6.6.6.6").add("Forwarded", "for=192.0.2.7")))
                .isEmpty();
        assertThat(certain(PROXY, headers("X-Forwarded-For", "6.6.6.6").add("Forwarded", "proto=https")))
                .isEmpty();
        assertThat(certain("/run/socket", headers())).isEmpty();
    }

    private String certain(String sender, MultiMap headers) {
        return clients.certain(sender, headers).map(InetAddress::getHostAddress).orElse("");
    }

    @Test
    void aLastElementOfForwardedWithoutForHidesTheClient() {
        assertThat(byForwarded("for=6.6.6.6, proto=https")).isEqualTo(PROXY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.2", "192.0.2.7", "172.32.0.1", "fd00:0:0:1::1", "2001:db8:ffff::2"})
    void nobodyElseIsBelieved(String sender) {
        MultiMap both = headers("X-Forwarded-For", "6.6.6.6").add("Forwarded", "for=6.6.6.6");

        assertThat(clients.of(sender, both)).isEqualTo(clients.of(sender, headers()));
    }

    @Test
    void theLinesOfAHeaderAreOneList() {
        MultiMap lines = headers("X-Forwarded-For", "6.6.6.6")
                .add("X-Forwarded-For", CLIENT)
                .add("x-forwarded-for", "10.0.0.1");

        assertThat(clients.of(PROXY, lines)).isEqualTo(CLIENT);
    }

    @Test
    void aHeaderThatTheProxyDoesNotSetDoesNotHelp() {
        MultiMap forwardedByClient = headers("X-Forwarded-For", CLIENT).add("Forwarded", "for=6.6.6.6");
        MultiMap listByClient = headers("Forwarded", "for=" + CLIENT).add("X-Forwarded-For", "6.6.6.6");
        MultiMap bothByProxy = headers("Forwarded", "for=" + CLIENT).add("X-Forwarded-For", CLIENT);

        assertThat(clients.of(PROXY, forwardedByClient)).isEqualTo(PROXY);
        assertThat(clients.of(PROXY, listByClient)).isEqualTo(PROXY);
        assertThat(clients.of(PROXY, bothByProxy)).isEqualTo(CLIENT);
    }

    @Test
    void ofProxiesOnlyTheFarthestIsTheClient() {
        assertThat(byList(PROXY, "172.16.0.9, 172.16.0.8, 10.0.0.1")).isEqualTo("172.16.0.9");
    }

    @Test
    void aThousandEntriesAreRead() {
        assertThat(byList(PROXY, CLIENT + ", 10.0.0.1".repeat(1_000))).isEqualTo(CLIENT);
        assertThat(byList(PROXY, "6.6.6.6, ".repeat(1_000) + CLIENT)).isEqualTo(CLIENT);
        assertThat(byForwarded("\"".repeat(8_000))).isEqualTo(PROXY);
    }

    @Test
    void theAddressesOfOneIpv6NetworkAreOneClient() {
        String client = byList(PROXY, "2001:db8:1:2::1");

        assertThat(byList(PROXY, "2001:db8:1:2:ffff::9")).isEqualTo(client);
        assertThat(byForwarded("for=\"[2001:0db8:0001:0002:0:0:0:7]:80\"")).isEqualTo(client);
        assertThat(clients.of("2001:db8:1:2::3", headers())).isEqualTo(client);
        assertThat(byList(PROXY, "2001:db8:1:3::1")).isNotEqualTo(client);
    }

    @Test
    void withoutTrustedProxiesTheSenderIsTheClient() {
        ClientAddresses none = new ClientAddresses(List.of());

        assertThat(none.of(PROXY, headers("X-Forwarded-For", "6.6.6.6"))).isEqualTo(PROXY);
    }

    @ParameterizedTest
    @CsvSource({"localhost", "10.0.0.x", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "fd00::/129", "/8", "''"})
    void aSettingThatIsNoNetworkIsRejected(String network) {
        assertThatThrownBy(() -> new ClientAddresses(List.of(network)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("trusted-proxies");
    }

    private String byList(String sender, String header) {
        return clients.of(sender, headers("X-Forwarded-For", header));
    }

    private String byForwarded(String header) {
        return clients.of(PROXY, headers("Forwarded", header));
    }

    private static MultiMap headers() {
        return MultiMap.caseInsensitiveMultiMap();
    }

    private static MultiMap headers(String name, String value) {
        return headers().add(name, value);
    }
}
