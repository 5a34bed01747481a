package dev.logikids.database.datasource;

import static org.assertj.core.api.Assertions.assertThat;

import dev.logikids.database.datasource.DatabaseUrl.InvalidUrl;
import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.vertx.pgclient.PgConnectOptions;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.Tuple.Tuple2;
import net.jqwik.api.constraints.IntRange;
import org.postgresql.Driver;

/** Any text as a DATABASE_URL. */
class DatabaseUrlPropertyTest {

    private static final String PASSWORD = "Tr0ub4dor";

    @Property
    void aTextIsAUrlOrIsRefusedWithoutItsPassword(@ForAll("texts") String text) {
        DatabaseUrl url;
        try {
            url = DatabaseUrl.parse(text);
        } catch (InvalidUrl invalid) {
            assertThat(invalid).hasMessageNotContaining(PASSWORD).hasNoCause();
            return;
        }
        assertThat(url.toString().replace(url.user(), "").replace(url.database(), ""))
                .as("of %s", text)
                .doesNotContain(PASSWORD);
        assertClientsAgree(url);
    }

    // all edge cases of six parameters would be more than the tries
    @Property(edgeCases = EdgeCasesMode.NONE)
    void everyPartArrives(
            @ForAll("names") String user,
            @ForAll("names") String password,
            @ForAll("hosts") List<Tuple2<String, Integer>> hosts,
            @ForAll("names") String database,
            @ForAll("names") String application,
            @ForAll @IntRange(min = 1, max = 9999) int timeout) {
        StringBuilder text = new StringBuilder("postgresql://")
                .append(encoded(user))
                .append(':')
                .append(encoded(password))
                .append('@');
        hosts.forEach(
                host -> text.append(host.get1()).append(':').append(host.get2()).append(','));
        text.setLength(text.length() - 1);
        text.append('/').append(encoded(database)).append("?application_name=").append(encoded(application));
        text.append("&connect_timeout=").append(timeout);

        DatabaseUrl url = DatabaseUrl.parse(text.toString());

        assertThat(url.user()).isEqualTo(user);
        assertThat(url.password()).isEqualTo(password);
        assertThat(url.database()).isEqualTo(database);
        assertThat(url.applicationName()).contains(application);
        assertThat(url.connectTimeoutSeconds()).contains(timeout);
        assertThat(url.hosts()).hasSameSizeAs(hosts);
        assertClientsAgree(url);
    }

    private static void assertClientsAgree(DatabaseUrl url) {
        Map<String, String> settings = new HashMap<>(DatasourceProperties.reactive(url));
        settings.putAll(DatasourceProperties.jdbc(url));
        SmallRyeConfig config = new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .withSources(new EnvConfigSource(settings, 290))
                .build();
        Properties jdbc = Driver.parseURL(
                config.getValue("quarkus.datasource.migration.jdbc.url", String.class), new Properties());
        assertThat(jdbc).as(url.hostList()).isNotNull();
        List<PgConnectOptions> pool = config.getValues("quarkus.datasource.reactive.url", String.class).stream()
                .map(PgConnectOptions::fromUri)
                .toList();
        assertThat(pool).extracting(options -> bare(options.getHost())).containsExactly(jdbcHosts(jdbc));
        assertThat(pool)
                .extracting(options -> String.valueOf(options.getPort()))
                .containsExactly(jdbc.getProperty("PGPORT").split(","));
        assertThat(pool).extracting(PgConnectOptions::getDatabase).containsOnly(url.database());
        assertThat(jdbc.getProperty("PGDBNAME")).isEqualTo(url.database());
        assertThat(jdbc.getProperty("sslmode"))
                .isEqualTo(config.getValue("quarkus.datasource.reactive.postgresql.ssl-mode", String.class));
        url.applicationName()
                .ifPresent(
                        name -> assertThat(jdbc.getProperty("ApplicationName")).isEqualTo(name));
    }

    private static String[] jdbcHosts(Properties jdbc) {
        return List.of(jdbc.getProperty("PGHOST").split(",")).stream()
                .map(DatabaseUrlPropertyTest::bare)
                .toArray(String[]::new);
    }

    private static String bare(String host) {
        return host.replaceAll("[\\[\\]]", "");
    }

    @Provide
    Arbitrary<String> texts() {
        Arbitrary<String> pieces = Arbitraries.of(
                "postgresql://",
                "postgres://",
                "user",
                ":",
                "@",
                "host",
                "/",
                "database",
                "?",
                "&",
                "=",
                "sslmode",
                "require",
                "verify-full",
                "sslrootcert",
                "system",
                "channel_binding",
                "options",
                ",",
                "[::1]",
                "[",
                "]",
                "%",
                "%2F",
                "%00",
                "%zz",
                "5432",
                "65536",
                "-1",
                "é",
                "\u0000",
                "\ufeff",
                "\"",
                "'",
                " ",
                "\n",
                "#",
                "10.0.0.1",
                ".",
                "$",
                "{",
                "\\",
                "\ud800");
        Arbitrary<String> joined = pieces.list().ofMaxSize(16).map(list -> String.join("", list));
        Arbitrary<String> mutated = Combinators.combine(
                        Arbitraries.of(
                                "postgresql://user:" + PASSWORD + "@host:5432/database?sslmode=require",
                                "postgres://u:" + PASSWORD
                                        + "@a:1,[::1]:2,c/d?application_name=x&options=-c%20geqo=off",
                                "'postgresql://u:" + PASSWORD + "@h/d?channel_binding=require'\n"),
                        pieces,
                        Arbitraries.integers().between(0, 60),
                        Arbitraries.integers().between(0, 3))
                .as((url, piece, at, cut) -> {
                    int start = Math.min(at, url.length());
                    return url.substring(0, start) + piece + url.substring(Math.min(start + cut, url.length()));
                });
        return Arbitraries.oneOf(joined, mutated, joined.map(text -> "postgresql://user:" + PASSWORD + "@" + text));
    }

    @Provide
    Arbitrary<String> names() {
        return Arbitraries.oneOf(
                Arbitraries.strings()
                        .withChars("$,{}\\:@/%+#?&= '\"é;x[]()<>|^`~!*")
                        .ofMinLength(1)
                        .ofMaxLength(12),
                Arbitraries.strings().alpha().numeric().ofMinLength(1).ofMaxLength(20));
    }

    @Provide
    Arbitrary<List<Tuple2<String, Integer>>> hosts() {
        Arbitrary<String> name =
                Arbitraries.of("db", "db.example.com", "10.0.0.1", "[::1]", "[fe80::1]", "a-b_c", "localhost");
        return Combinators.combine(name, Arbitraries.integers().between(1, 65535))
                .as(Tuple::of)
                .list()
                .ofMinSize(1)
                .ofMaxSize(4);
    }

    private static String encoded(String text) {
        StringBuilder encoded = new StringBuilder();
        for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
            encoded.append(String.format("%%%02x", octet));
        }
        return encoded.toString();
    }
}
