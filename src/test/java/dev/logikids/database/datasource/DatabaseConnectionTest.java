package dev.logikids.database.datasource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.logikids.database.testsupport.Patience;
import dev.logikids.database.testsupport.SecuredPostgreSql;
import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.vertx.core.Vertx;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.pgclient.SslMode;
import io.vertx.sqlclient.Row;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Both clients, with the settings that a DATABASE_URL becomes, against a server that asks for a password and has TLS. */
class DatabaseConnectionTest {

    private static final String WHO = """
            SELECT current_user::text, current_database()::text, ssl, application_name
            FROM pg_stat_activity JOIN pg_stat_ssl USING (pid)
            WHERE pid = pg_backend_pid()
            """;

    @TempDir
    static Path folder;

    private static SecuredPostgreSql server;
    private static Vertx vertx;

    private record Session(String user, String database, boolean tls, String applicationName) {}

    @BeforeAll
    static void start() {
        server = SecuredPostgreSql.start(folder);
        vertx = Vertx.vertx();
    }

    @AfterAll
    static void stop() throws IOException {
        // Vert.x stays: finalizers of its sockets would complain about a closed one
        server.close();
    }

    @ParameterizedTest
    @CsvSource({
        "disable, false",
        "allow, false",
        "prefer, true",
        "require, true",
    })
    void bothSidesArriveWithAnyCharacterInNamesAndPassword(String sslMode, boolean tls) throws Exception {
        assertBoth(url("postgres", "localhost", "?application_name=any&sslmode=" + sslMode), tls);
    }

    @Test
    void bothSidesArriveOverIpv6() throws Exception {
        assumeTrue(listensOnIpv6(), "no IPv6 loopback here");
        assertBoth(url("postgresql", "[::1]", "?application_name=any&sslmode=require"), true);
    }

    @ParameterizedTest
    @CsvSource({"verify-full, localhost", "verify-ca, localhost", "verify-ca, 127.0.0.1", "require, 127.0.0.1"})
    void bothSidesAcceptTheServersCertificate(String sslMode, String host) throws Exception {
        assertBoth(url("postgresql", host, "?application_name=any&" + verified(sslMode, server.certificate())), true);
    }

    @Test
    void bothSidesRefuseACertificateForAnotherHost() {
        DatabaseUrl url = url("postgresql", "127.0.0.1", "?" + verified("verify-full", server.certificate()));
        assertThatThrownBy(() -> jdbc(url)).isInstanceOf(SQLException.class);
        assertThatThrownBy(() -> reactive(url)).hasMessageContaining("SSL handshake failed");
    }

    @ParameterizedTest
    @CsvSource({"verify-full", "verify-ca", "require"})
    void bothSidesRefuseACertificateOfAnotherAuthority(String sslMode, @TempDir Path elsewhere) throws Exception {
        Path other = SecuredPostgreSql.otherCertificate(elsewhere);
        DatabaseUrl url = url("postgresql", "localhost", "?" + verified(sslMode, other));
        assertThatThrownBy(() -> jdbc(url)).isInstanceOf(SQLException.class);
        assertThatThrownBy(() -> reactive(url)).hasMessageContaining("SSL handshake failed");
    }

    @Test
    void jdbcBindsToTheChannelOrRefuses() throws Exception {
        String query = "?sslmode=require&channel_binding=require&application_name=any";
        assertThat(jdbc(url("postgresql", "localhost", query))).isEqualTo(session(true));
        DatabaseUrl trusted =
                DatabaseUrl.parse("postgresql://postgres:any@localhost:" + server.port() + "/postgres" + query);
        assertThatThrownBy(() -> jdbc(trusted)).hasMessageContaining("Channel binding is required");
    }

    @Test
    void jdbcRefusesACertificateThatNoPublicAuthorityHasSigned() {
        DatabaseUrl url = url("postgresql", "localhost", "?sslmode=verify-full&sslrootcert=system");
        assertThatThrownBy(() -> jdbc(url)).isInstanceOf(SQLException.class).hasMessageContaining("PKIX");
    }

    @Test
    void jdbcPassesOverADeadHost() throws Exception {
        // by its number: the driver skips a host, by name, for some seconds after another test was refused there
        DatabaseUrl url = DatabaseUrl.parse("postgresql://" + SecuredPostgreSql.LOGIN + "@localhost:" + closedPort()
                + ",127.0.0.1:" + server.port() + "/" + SecuredPostgreSql.PATH + "?application_name=any");
        assertThat(jdbc(url)).isEqualTo(session(true));
    }

    @Test
    void aWrongPasswordIsNotRepeatedInTheError() {
        DatabaseUrl url = DatabaseUrl.parse(
                "postgresql://sync%40user:wrong-one@localhost:" + server.port() + "/" + SecuredPostgreSql.PATH);
        assertThatThrownBy(() -> jdbc(url)).message().doesNotContain("wrong-one");
        assertThatThrownBy(() -> reactive(url)).message().doesNotContain("wrong-one");
    }

    private static String verified(String sslMode, Path certificate) {
        return "sslmode=" + sslMode + "&sslrootcert=" + certificate;
    }

    private static DatabaseUrl url(String scheme, String host, String query) {
        return DatabaseUrl.parse(scheme + "://" + SecuredPostgreSql.LOGIN + "@" + host + ":" + server.port() + "/"
                + SecuredPostgreSql.PATH + query);
    }

    private static Session session(boolean tls) {
        return new Session(SecuredPostgreSql.USER, SecuredPostgreSql.DATABASE, tls, "any");
    }

    private static void assertBoth(DatabaseUrl url, boolean tls) throws Exception {
        assertThat(jdbc(url)).isEqualTo(session(tls));
        assertThat(reactive(url)).isEqualTo(session(tls));
    }

    private static Session jdbc(DatabaseUrl url) throws SQLException {
        SmallRyeConfig config = config(url);
        try (Connection connection = DriverManager.getConnection(
                        value(config, "migration.jdbc.url"),
                        value(config, "migration.username"),
                        value(config, "migration.password"));
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(WHO)) {
            row.next();
            return new Session(row.getString(1), row.getString(2), row.getBoolean(3), row.getString(4));
        }
    }

    /** Sets the options as Quarkus does (its PgPoolRecorder). */
    private static Session reactive(DatabaseUrl url) throws Exception {
        SmallRyeConfig config = config(url);
        PgConnectOptions options = PgConnectOptions.fromUri(value(config, "reactive.url"))
                .setUser(value(config, "username"))
                .setPassword(value(config, "password"))
                .setSslMode(SslMode.of(value(config, "reactive.postgresql.ssl-mode")))
                .setTrustAll(Boolean.parseBoolean(value(config, "reactive.trust-all")));
        String hostCheck = value(config, "reactive.hostname-verification-algorithm");
        options.setHostnameVerificationAlgorithm(hostCheck.equals("NONE") ? "" : hostCheck);
        config.getOptionalValue("quarkus.datasource.reactive.trust-certificate-pem.certs", String.class)
                .ifPresent(file -> options.setPemTrustOptions(new PemTrustOptions().addCertPath(file)));
        config.getOptionalValue("quarkus.datasource.reactive.additional-properties.application_name", String.class)
                .ifPresent(name -> options.addProperty("application_name", name));
        return PgConnection.connect(vertx, options)
                .compose(connection -> connection
                        .query(WHO)
                        .execute()
                        .map(rows -> session(rows.iterator().next()))
                        .eventually(() -> connection.close()))
                .toCompletionStage()
                .toCompletableFuture()
                .get(Patience.LONGEST.toSeconds(), TimeUnit.SECONDS);
    }

    private static Session session(Row row) {
        return new Session(row.getString(0), row.getString(1), row.getBoolean(2), row.getString(3));
    }

    private static SmallRyeConfig config(DatabaseUrl url) {
        Map<String, String> settings = new HashMap<>(DatasourceProperties.reactive(url));
        settings.putAll(DatasourceProperties.jdbc(url));
        return new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .withSources(new EnvConfigSource(settings, 290))
                .build();
    }

    private static String value(SmallRyeConfig config, String setting) {
        return config.getValue("quarkus.datasource." + setting, String.class);
    }

    private static int closedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static boolean listensOnIpv6() {
        try (Socket socket = new Socket("::1", server.port())) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }
}
