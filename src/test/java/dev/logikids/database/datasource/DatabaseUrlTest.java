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
                "[::ffff:10.0.0.1]|10.0.0.1:5432",
                "[64:ff9b::10.0.0.1]|[64:ff9b:0:0:0:0:a00:1]:5432",
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

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"%s\"",
                "'%s'",
                "`%s`",
                "\ufeff%s",
                "%s\n",
                "%s\r\n",
                " \t%s\u00a0",
                "\ufeff\"%s\"\n",
                "' %s '",
                "\u200b%s\u200b",
            })
    void whatEditorsAndShellsLeaveAroundItIsTakenOff(String around) {
        DatabaseUrl url = DatabaseUrl.parse(around.formatted("postgresql://u:secret@h/d?application_name=a"));
        assertThat(url.password()).isEqualTo("secret");
        assertThat(url.applicationName()).contains("a");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"postgresql://u:secret@h/d\nx", "postgresql://u:sec\0ret@h/d", "A=b\npostgresql://u:secret@h/d"})
    void severalLinesAreNotOneUrl(String text) {
        assertThatThrownBy(() -> DatabaseUrl.parse(text))
                .isInstanceOf(InvalidUrl.class)
                .hasMessageContaining("must be one line")
                .hasMessageNotContaining("sec");
    }

    @Test
    void whatHostedPostgreSqlHandsOutIsTaken() {
        DatabaseUrl url = DatabaseUrl.parse("postgresql://u:p@ep-a-1.eu-central-1.aws.neon.tech/d?sslmode=require"
                + "&channel_binding=require&target_session_attrs=any&gssencmode=prefer&client_encoding=UTF8&keepalives=1"
                + "&keepalives_idle=30&keepalives_interval=10&keepalives_count=5&tcp_user_timeout=1000&sslsni=1"
                + "&sslcompression=0&ssl_min_protocol_version=TLSv1.2&sslnegotiation=postgres"
                + "&load_balance_hosts=disable&fallback_application_name=other");
        assertThat(url.channelBinding()).isTrue();
        assertThat(url.sslMode()).isEqualTo(SslMode.REQUIRE);
        assertThat(url.applicationName()).contains("other");
    }

    @ParameterizedTest
    @CsvSource({", REQUIRE", "&sslmode=allow, REQUIRE", "&sslmode=prefer, REQUIRE", "&sslmode=require, REQUIRE"})
    void channelBindingNeedsTls(String sslMode, SslMode mode) {
        DatabaseUrl url =
                DatabaseUrl.parse("postgresql://u:p@h/d?channel_binding=require" + (sslMode == null ? "" : sslMode));
        assertThat(url.channelBinding()).isTrue();
        assertThat(url.sslMode()).isEqualTo(mode);
    }

    @Test
    void theSystemsAuthoritiesGoWithTheHostName() {
        for (String query : List.of("sslrootcert=system", "sslmode=verify-full&sslrootcert=system")) {
            DatabaseUrl url = DatabaseUrl.parse("postgresql://u:p@h/d?" + query);
            assertThat(url.sslMode()).isEqualTo(SslMode.VERIFY_FULL);
            assertThat(url.sslRootCertificate()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "LOCALHOST.",
                "127.0.0.1",
                "127.8.8.8",
                "[::1]",
                "10.1.2.3",
                "172.16.0.1",
                "172.31.255.255",
                "192.168.0.1",
                "169.254.1.1",
                "[::ffff:10.0.0.1]",
                "[fd00::1]",
                "[fe80::1]",
                "postgres",
                "db-1",
                "db.prod.svc",
                "db.prod.svc.cluster.local",
                "nas.local",
                "db.corp.internal",
                "postgres,db:6,10.0.0.1",
            })
    void theMachinesOwnNetworksAreTrusted(String hosts) {
        assertThat(DatabaseUrl.parse("postgresql://u:p@" + hosts + "/d").clearTextHosts())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "db.example.com|db.example.com:5432",
                "8.8.8.8|8.8.8.8:5432",
                "172.32.0.1|172.32.0.1:5432",
                "100.64.0.1|100.64.0.1:5432",
                "[2001:db8::1]|[2001:db8::1]:5432",
                "[fec0::1]|[fec0::1]:5432",
                "[::ffff:8.8.8.8]|8.8.8.8:5432",
                "134744072|134744072:5432",
                "0x8080808|0x8080808:5432",
                "8.8.2056|8.8.2056:5432",
                "mylocal.example|mylocal.example:5432",
                "internal.example.|internal.example.:5432",
                "10.0.0.1,db.example.com:6,postgres,8.8.8.8|db.example.com:6,8.8.8.8:5432",
            })
    void otherNetworksAreNot(String hosts, String clear) {
        for (String mode : List.of("", "?sslmode=disable", "?sslmode=allow", "?sslmode=prefer")) {
            assertThat(DatabaseUrl.parse("postgresql://u:p@" + hosts + "/d" + mode)
                            .clearTextHosts())
                    .extracting(Host::toString)
                    .containsExactly(clear.split(","));
        }
        for (String mode : List.of("sslmode=require", "sslrootcert=system", "channel_binding=require")) {
            assertThat(DatabaseUrl.parse("postgresql://u:p@" + hosts + "/d?" + mode)
                            .clearTextHosts())
                    .isEmpty();
        }
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
                "postgresql://u:secret@h/d?sslmode=require&sslrootcert=system|sslrootcert=system needs sslmode=verify-full",
                "postgresql://u:secret@h/d?sslrootcert=/tmp|no readable file /tmp",
                "postgresql://u:secret@h/d?sslmode=verify-ca&sslrootcert=%20|no readable file",
                "postgresql://u:secret@h/d?sslmode=require&sslcert=x|sslcert is not supported: a client certificate",
                "postgresql://u:secret@h/d?sslcrl=x|sslcrl is not supported: revocation lists",
                "postgresql://u:secret@h/d?passfile=x|passfile is not supported: write the whole URL",
                "postgresql://u:secret@h/d?service=x|service is not supported: write the whole URL",
                "postgresql://u:secret@h/d?host=x|host is not supported: write it before the ?",
                "postgresql://u:x@h/d?password=secret|password is not supported: write it before the ?",
                "postgresql://u:secret@h/d?schema=x|search_path",
                "postgresql://u:secret@h/d?pgbouncer=true|LOGIKIDS_POOL_PGBOUNCER",
                "postgresql://u:secret@h/d?require_auth=none|channel_binding=require",
                "postgresql://u:secret@h/d?nonsense=1|nonsense is not supported: remove it; supported are application_name",
                "postgresql://u:secret@h/d?SSLMODE=require|SSLMODE is not supported",
                "postgresql://u:secret@h/d?gssencmode=require|neither client encrypts with GSSAPI",
                "postgresql://u:secret@h/d?client_encoding=LATIN1|both clients speak UTF-8",
                "postgresql://u:secret@h/d?keepalives=0|keepalives can only be 1",
                "postgresql://u:secret@h/d?keepalives_idle=soon|keepalives_idle is a number",
                "postgresql://u:secret@h/d?sslnegotiation=direct|sslnegotiation can only be postgres",
                "postgresql://u:secret@h/d?ssl_min_protocol_version=TLSv1.3|TLS 1.2 and 1.3",
                "postgresql://u:secret@h/d?load_balance_hosts=random|the primary is used",
                "postgresql://u:secret@h/d?channel_binding=disable|channel_binding can only be prefer or require",
                "postgresql://u:secret@h/d?channel_binding=require&sslmode=disable|needs TLS",
                "postgresql://u:secret@[::::]/d|IPv6",
                "postgresql://u:secret@[1::2::3]/d|IPv6",
                "'postgresql://u:secret@h/d|remove what stands before",
                "DATABASE_URL=postgresql://u:secret@h/d|remove what stands before",
                "psql 'postgresql://u:secret@h/d'|remove what stands before",
                "postgresql://u:secret@h/d?=x|name=value",
                "secret|postgresql://",
            },
            quoteCharacter = '~')
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
