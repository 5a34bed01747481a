package dev.logikids.database.datasource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.logikids.database.datasource.DatabaseUrl.InvalidUrl;
import io.smallrye.config.ConfigSourceContext;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.NotEmpty;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatabaseUrlConfigSourceFactoryTest {

    private static final String REQUIRED = "logikids.database.require-verified-tls";
    private static final String URL = "postgresql://service:one@db:6432/sync";
    private static final String MIGRATION_URL = "postgresql://owner:two@direct/sync";

    @Test
    void oneVariableFeedsBothClients() {
        SmallRyeConfig config = config(Map.of("DATABASE_URL", URL));
        assertThat(value(config, "reactive.url")).isEqualTo("postgresql://db:6432/sync");
        assertThat(value(config, "username")).isEqualTo("service");
        assertThat(value(config, "password")).isEqualTo("one");
        assertThat(value(config, "migration.jdbc.url"))
                .isEqualTo("jdbc:postgresql://db:6432/sync?sslmode=prefer&ApplicationName=logikids-database%20migrate"
                        + "&connectTimeout=5&socketTimeout=5&tcpKeepAlive=true");
        assertThat(value(config, "migration.jdbc.acquisition-timeout")).isEqualTo("15s");
        assertThat(value(config, "migration.username")).isEqualTo("service");
        assertThat(value(config, "migration.password")).isEqualTo("one");
    }

    @Test
    void theMigrationUrlFeedsOnlyJdbc() {
        SmallRyeConfig config = config(Map.of("DATABASE_URL", URL, "MIGRATION_DATABASE_URL", MIGRATION_URL));
        assertThat(value(config, "reactive.url")).isEqualTo("postgresql://db:6432/sync");
        assertThat(value(config, "password")).isEqualTo("one");
        assertThat(value(config, "migration.jdbc.url")).startsWith("jdbc:postgresql://direct:5432/sync?");
        assertThat(value(config, "migration.username")).isEqualTo("owner");
        assertThat(value(config, "migration.password")).isEqualTo("two");
    }

    @Test
    void aSecretFileIsAsGoodAsTheVariable(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("url"), "\ufeff\"" + URL + "\"\n");
        Path migrationFile = Files.writeString(folder.resolve("migration-url"), MIGRATION_URL + "\r\n");
        SmallRyeConfig config = config(
                Map.of("DATABASE_URL_FILE", file.toString(), "MIGRATION_DATABASE_URL_FILE", migrationFile.toString()));
        assertThat(value(config, "password")).isEqualTo("one");
        assertThat(value(config, "migration.password")).isEqualTo("two");
    }

    @Test
    void aReadReplicaIsADatasourceOfItsOwn(@TempDir Path folder) throws Exception {
        assertThat(value(config(Map.of("DATABASE_URL", URL)), "read-only.active"))
                .isEqualTo("false");
        Path file = Files.writeString(folder.resolve("url"), "postgresql://reader:three@standby/sync?sslmode=require");
        SmallRyeConfig config = config(Map.of("DATABASE_URL", URL, "DATABASE_URL_READ_ONLY_FILE", file.toString()));
        assertThat(value(config, "read-only.active")).isEqualTo("true");
        assertThat(value(config, "read-only.reactive.url")).isEqualTo("postgresql://standby:5432/sync");
        assertThat(value(config, "read-only.password")).isEqualTo("three");
        assertThat(value(config, "read-only.reactive.postgresql.ssl-mode")).isEqualTo("require");
        assertThat(value(config, "password")).isEqualTo("one");

        assertThatThrownBy(
                        () -> config(Map.of("DATABASE_URL", URL, "DATABASE_URL_READ_ONLY", "postgresql://u:p@a,b/d")))
                .hasMessageStartingWith("DATABASE_URL_READ_ONLY: give one host");
        assertThatThrownBy(() -> config(Map.of("DATABASE_URL", URL, "DATABASE_URL_READ_ONLY", "nonsense")))
                .hasMessageStartingWith("DATABASE_URL_READ_ONLY: must begin with");
        assertThatThrownBy(() -> config(Map.of(
                        "DATABASE_URL", "postgresql://u:p@h/d?sslmode=verify-full&sslrootcert=system",
                        "DATABASE_URL_READ_ONLY", "postgresql://u:p@h/d",
                        "logikids.database.require-verified-tls", "true")))
                .hasMessageStartingWith("DATABASE_URL_READ_ONLY: logikids.database.require-verified-tls is set");
    }

    @Test
    void anEmptyVariableIsNone() {
        assertThat(value(config(Map.of("DATABASE_URL", URL, "DATABASE_URL_FILE", " ")), "password"))
                .isEqualTo("one");
        assertThatThrownBy(() -> config(Map.of("DATABASE_URL", "")))
                .isInstanceOf(InvalidUrl.class)
                .hasMessageContaining("No database is configured: set DATABASE_URL=postgresql://")
                .hasMessageNotContaining("\n");
    }

    @Test
    void namesTheVariableThatIsWrong(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("url"), "nonsense");
        assertThatThrownBy(() -> config(Map.of("DATABASE_URL", URL, "MIGRATION_DATABASE_URL", "nonsense")))
                .hasMessageStartingWith("MIGRATION_DATABASE_URL: must begin with");
        assertThatThrownBy(() -> config(Map.of("DATABASE_URL_FILE", file.toString())))
                .hasMessageStartingWith("DATABASE_URL_FILE: must begin with");
        Path utf16 = Files.writeString(folder.resolve("utf16"), URL, StandardCharsets.UTF_16);
        assertThatThrownBy(() -> config(Map.of("DATABASE_URL_FILE", utf16.toString())))
                .hasMessage("DATABASE_URL_FILE: no readable text file in UTF-8: " + utf16);
        assertThatThrownBy(() -> config(Map.of("DATABASE_URL_FILE", folder + "/none")))
                .hasMessage("DATABASE_URL_FILE: no readable text file in UTF-8: " + folder + "/none");
        assertThatThrownBy(() -> config(Map.of("DATABASE_URL", URL, "DATABASE_URL_FILE", file.toString())))
                .hasMessage("set DATABASE_URL or DATABASE_URL_FILE, not both");
    }

    @Test
    void severalHostsLeadToTheOneThatAcceptsWrites() {
        SmallRyeConfig config = config(Map.of("DATABASE_URL", "postgresql://u:p@[::1],b:6/d%2C1"));
        assertThat(config.getValues("quarkus.datasource.reactive.url", String.class))
                .containsExactly("postgresql://[::1]:5432/d%2C1", "postgresql://b:6/d%2C1");
        assertThat(value(config, "migration.jdbc.url"))
                .startsWith("jdbc:postgresql://[::1]:5432,b:6/d%2C1?")
                .contains("&targetServerType=primary");
        assertThat(value(config, "migration.jdbc.acquisition-timeout")).isEqualTo("25s");
    }

    @Test
    void tlsIsAsStrictOnBothSides(@TempDir Path folder) throws Exception {
        Path certificate = Files.createFile(folder.resolve("a, $b.crt"));
        String file = certificate.toString().replace(" ", "%20");
        assertTls("", "prefer", true, "NONE");
        assertTls("?sslmode=disable", "disable", true, "NONE");
        assertTls("?sslmode=require", "require", true, "NONE");
        assertTls("?sslmode=require&sslrootcert=" + file, "verify-ca", false, "NONE");
        assertTls("?sslmode=verify-full&sslrootcert=" + file, "verify-full", false, "HTTPS");
        SmallRyeConfig config =
                config(Map.of("DATABASE_URL", "postgresql://u:p@h/d?sslmode=verify-full&sslrootcert=" + file));
        assertThat(config.getValues("quarkus.datasource.reactive.trust-certificate-pem.certs", String.class))
                .containsExactly(certificate.toString());
        assertThat(value(config, "migration.jdbc.url"))
                .contains("&sslrootcert=%2F")
                .contains("a%2C%20%24b.crt");
    }

    private static void assertTls(String query, String mode, boolean trustAll, String hostCheck) {
        SmallRyeConfig config = config(Map.of("DATABASE_URL", "postgresql://u:p@h/d" + query));
        assertThat(value(config, "reactive.postgresql.ssl-mode")).isEqualTo(mode);
        assertThat(value(config, "reactive.trust-all")).isEqualTo(Boolean.toString(trustAll));
        assertThat(value(config, "reactive.hostname-verification-algorithm")).isEqualTo(hostCheck);
        assertThat(value(config, "migration.jdbc.url")).contains("?sslmode=" + mode + "&");
    }

    @Test
    void otherParametersReachBothSides() {
        SmallRyeConfig config = config(Map.of(
                "DATABASE_URL",
                "postgresql://u:p@h/d?application_name=x%26y&connect_timeout=7&options=-c%20geqo%3Doff"));
        assertThat(value(config, "reactive.additional-properties.application_name"))
                .isEqualTo("x&y");
        assertThat(value(config, "reactive.additional-properties.options")).isEqualTo("-c geqo=off");
        assertThat(config.getRawValue("logikids.pool.connect-timeout")).isEqualTo("7s");
        assertThat(value(config, "migration.jdbc.url"))
                .contains("&ApplicationName=x%26y", "&connectTimeout=7&socketTimeout=7", "&options=-c%20geqo%3Doff");
        assertThat(value(config, "migration.jdbc.acquisition-timeout")).isEqualTo("19s");
    }

    @Test
    void verifiedTlsCanBeRequired(@TempDir Path folder) throws Exception {
        String weak = "postgresql://u:secret@db.example.com/d";
        String strict = weak + "?sslmode=verify-full&sslrootcert=" + Files.createFile(folder.resolve("root.crt"));
        for (String mode :
                List.of("", "?sslmode=disable", "?sslmode=prefer", "?sslmode=require&channel_binding=require")) {
            assertThatThrownBy(() -> config(Map.of("DATABASE_URL", weak + mode, REQUIRED, "true")))
                    .hasMessageStartingWith("DATABASE_URL: " + REQUIRED + " is set, but the URL has sslmode=")
                    .hasMessageContaining("write sslmode=verify-full with sslrootcert=FILE")
                    .hasMessageNotContaining("secret");
        }
        assertThatThrownBy(
                        () -> config(Map.of("DATABASE_URL", strict, "MIGRATION_DATABASE_URL", weak, REQUIRED, "TRUE")))
                .hasMessageStartingWith("MIGRATION_DATABASE_URL: " + REQUIRED);
        assertThatThrownBy(() -> config(Map.of("DATABASE_URL", strict, REQUIRED, "yes")))
                .hasMessage(REQUIRED + " is true or false");
        assertThatThrownBy(() -> config(Map.of(
                        "DATABASE_URL", strict, REQUIRED, "true", "quarkus.datasource.reactive.trust-all", "true")))
                .hasMessageContaining("quarkus.datasource.reactive.trust-all is set too");
        assertThat(value(config(Map.of("DATABASE_URL", strict, REQUIRED, "true")), "migration.jdbc.url"))
                .contains("sslmode=verify-full");
        assertThat(value(config(Map.of("DATABASE_URL", weak, REQUIRED, "false")), "migration.jdbc.url"))
                .contains("sslmode=prefer");
    }

    @Test
    void hostsThatMayBeTalkedToInClearTextAreNoted() {
        assertThat(config(Map.of(
                                "DATABASE_URL", "postgresql://u:p@db.example.com,postgres/d",
                                "MIGRATION_DATABASE_URL", "postgresql://u:p@db.example.com,8.8.8.8/d"))
                        .getRawValue("logikids.database.clear-text-hosts"))
                .isEqualTo("db.example.com:5432,8.8.8.8:5432");
        assertThat(config(Map.of("DATABASE_URL", URL)).getRawValue("logikids.database.clear-text-hosts"))
                .isNull();
    }

    @Test
    void channelBindingAndTheSystemsAuthoritiesReachBothClients() {
        SmallRyeConfig config = config(Map.of(
                "DATABASE_URL", "postgresql://u:p@h/d?sslmode=verify-full&sslrootcert=system&channel_binding=require"));
        assertThat(config.getRawValue("logikids.pool.require-channel-binding")).isEqualTo("true");
        assertThat(value(config, "reactive.trust-all")).isEqualTo("false");
        assertThat(config.getRawValue("quarkus.datasource.reactive.trust-certificate-pem"))
                .isNull();
        assertThat(value(config, "migration.jdbc.url"))
                .contains("&channelBinding=require", "&sslfactory=org.postgresql.ssl.DefaultJavaSSLFactory");
    }

    @Property(tries = 500)
    void everyPasswordArrivesAsItIs(
            @ForAll @NotEmpty @Chars({'$', '{', '}', '\\', ':', '@', '/', '%', '+', ',', '#', '?', '&', 'x', 'é'})
                    String password) {
        StringBuilder encoded = new StringBuilder();
        for (byte octet : password.getBytes(StandardCharsets.UTF_8)) {
            encoded.append(String.format("%%%02x", octet));
        }
        SmallRyeConfig config = config(Map.of("DATABASE_URL", "postgresql://u:" + encoded + "@h/d"));
        assertThat(value(config, "password")).isEqualTo(password);
        assertThat(value(config, "migration.password")).isEqualTo(password);
    }

    @Test
    void aDollarThatIsNotEncodedBeginsNoExpression() {
        assertThat(value(config(Map.of("DATABASE_URL", "postgresql://u:a${b}$$c@h/d")), "password"))
                .isEqualTo("a${b}$$c");
    }

    @Test
    void aBuildRecordsNothing() {
        // the build keeps what it finds in other sources as defaults of the built service, the password included
        assertThat(DatabaseUrlConfigSourceFactory.source(new Variables(Map.of("DATABASE_URL", URL))))
                .isInstanceOf(EnvConfigSource.class);
        // and outside of a starting service there is nothing at all
        assertThat(new DatabaseUrlConfigSourceFactory().getConfigSources(new Variables(Map.of("DATABASE_URL", URL))))
                .isEmpty();
    }

    private static String value(SmallRyeConfig config, String setting) {
        return config.getValue("quarkus.datasource." + setting, String.class);
    }

    private static SmallRyeConfig config(Map<String, String> variables) {
        return new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .withSources(DatabaseUrlConfigSourceFactory.source(new Variables(variables)))
                .build();
    }

    private record Variables(Map<String, String> values) implements ConfigSourceContext {

        @Override
        public ConfigValue getValue(String name) {
            String value = values.get(name);
            return value == null
                    ? null
                    : ConfigValue.builder().withName(name).withValue(value).build();
        }

        @Override
        public Iterator<String> iterateNames() {
            return values.keySet().iterator();
        }
    }
}
