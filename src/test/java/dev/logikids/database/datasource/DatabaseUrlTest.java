package dev.logikids.database.datasource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.logikids.database.datasource.DatabaseUrl.Host;
import dev.logikids.database.datasource.DatabaseUrl.InvalidUrl;
import dev.logikids.database.datasource.DatabaseUrl.SslMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseUrlTest {

    @ParameterizedTest
    @ValueSource(strings = {"postgresql", "postgres", "POSTGRESQL"})
    void takesAllPartsApart(String scheme) {
        DatabaseUrl url = DatabaseUrl.parse(scheme + "://logikids:secret@db.example:6432/sync?application_name=a%20b+c"
                + "&connect_timeout=7&options=-c%20geqo%3Doff");
        assertThat(url.user()).isEqualTo("logikids");
        assertThat(url.password()).isEqualTo("secret");
        assertThat(url.hosts()).containsExactly(new Host("db.example", 6432));
        assertThat(url.database()).isEqualTo("sync");
        assertThat(url.applicationName()).contains("a b+c");
        assertThat(url.connectTimeoutSeconds()).contains(7);
        assertThat(url.options()).contains("-c geqo=off");
    }

    @Test
    void whatIsMissingHasLibpqsDefault() {
        DatabaseUrl url = DatabaseUrl.parse("postgresql://logikids@db");
        assertThat(url.password()).isEmpty();
        assertThat(url.hosts()).containsExactly(new Host("db", 5432));
        assertThat(url.database()).isEqualTo("logikids");
        assertThat(url.sslMode()).isEqualTo(SslMode.PREFER);
        assertThat(url.applicationName()).isEmpty();
        assertThat(url.connectTimeoutSeconds()).isEmpty();
    }

    @Test
    void decodesEveryPartAndKeepsThePlus() {
        DatabaseUrl url = DatabaseUrl.parse("postgresql://us%40er:p%40%3A%2F%25+%24%20%C3%A9ö:x@h%6Fst/da%2Fta+base");
        assertThat(url.user()).isEqualTo("us@er");
        assertThat(url.password()).isEqualTo("p@:/%+$ éö:x");
        assertThat(url.hosts()).containsExactly(new Host("host", 5432));
        assertThat(url.database()).isEqualTo("da/ta+base");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[::1]|[::1]:5432",
                "[::1]:6000|[::1]:6000",
                "[::ffff:10.0.0.1]|[::ffff:10.0.0.1]:5432",
                "10.0.0.1:1|10.0.0.1:1",
                "a,b|a:5432,b:5432",
                "a:1,[fe80::2]:2,c:|a:1,[fe80::2]:2,c:5432",
            })
    void readsHosts(String text, String hosts) {
        assertThat(DatabaseUrl.parse("postgresql://u:p@" + text + "/d").hostList())
                .isEqualTo(hosts);
    }

    @ParameterizedTest
    @EnumSource(SslMode.class)
    void knowsEverySslMode(SslMode mode, @TempDir Path folder) throws Exception {
        Path certificate = Files.createFile(folder.resolve("root.crt"));
        DatabaseUrl url =
                DatabaseUrl.parse("postgresql://u:p@h/d?sslmode=" + mode.value() + "&sslrootcert=" + certificate);
        assertThat(url.sslMode()).isEqualTo(mode == SslMode.REQUIRE ? SslMode.VERIFY_CA : mode);
        assertThat(url.sslRootCertificate()).contains(certificate);
    }

    @Test
    void requireWithoutACertificateChecksNone() {
        assertThat(DatabaseUrl.parse("postgresql://u:p@h/d?sslmode=require").sslMode())
                .isEqualTo(SslMode.REQUIRE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "jdbc:postgresql://u:secret@h/d|postgresql://",
                "mysql://u:secret@h/d|postgresql://",
                "postgresql://h/d|names no user",
                "postgresql://:secret@h/d|names no user",
                "postgresql://u:secret@/d|names no host",
                "postgresql://u:secret@a,,b/d|names no host",
                "postgresql://u:secret@%2Ftmp/d|Unix socket",
                "postgresql://u:secret@h:0/d|port",
                "postgresql://u:secret@h:65536/d|port",
                "postgresql://u:secret@h:x/d|port",
                "postgresql://u:secret@::1/d|IPv6",
                "postgresql://u:secret@fe80::1/d|port",
                "postgresql://u:secret@[secret]/d|IPv6",
                "postgresql://u:secret@h s/d|host",
                "postgresql://u:sec@ret@h/d|%40",
                "postgresql://u:sec/ret@h/d|%2F",
                "postgresql://u:5432/secret@h/d|%2F",
                "postgresql://u:1?secret=1@h/d|%40",
                "postgresql://u:secret%@h/d|begins no percent-encoded character",
                "postgresql://u:secret%zz@h/d|begins no percent-encoded character",
                "postgresql://u:secret%00@h/d|begins no percent-encoded character",
                "postgresql://u:secret%ff@h/d|UTF-8",
                "postgresql://u:secret@h/d?sslmode|sslmode has no value",
                "postgresql://u:secret@h/d?sslmode=yes|disable, allow, prefer, require, verify-ca, verify-full",
                "postgresql://u:secret@h/d?sslmode=verify-full|sslrootcert=FILE",
                "postgresql://u:secret@h/d?sslrootcert=/no/such.crt|/no/such.crt",
                "postgresql://u:secret@h/d?connect_timeout=soon|seconds",
                "postgresql://u:secret@h/d?target_session_attrs=standby|this service writes",
                "postgresql://u:secret@h/d?sslmode=require&sslcert=x|unknown parameter sslcert; supported are sslmode",
                "postgresql://u:x@h/d?password=secret|unknown parameter password",
                "postgresql://u:secret@h/d?=x|name=value",
                "secret|postgresql://",
            })
    void saysWhatIsWrongAndNeverThePassword(String text, String hint) {
        assertThatThrownBy(() -> DatabaseUrl.parse(text))
                .isInstanceOf(InvalidUrl.class)
                .hasMessageContaining(hint)
                .hasNoCause()
                .extracting(Throwable::getMessage, InstanceOfAssertFactories.STRING)
                .doesNotContain("secret", "sec@", "ret@", "sec/");
    }

    @Test
    void printsNoPassword() {
        DatabaseUrl url = DatabaseUrl.parse("postgresql://u:secret@[::1],h:6/d?application_name=a");
        assertThat(url).hasToString("postgresql://u@[::1]:5432,h:6/d");
        assertThat(List.of(url).toString()).doesNotContain("secret");
    }
}
