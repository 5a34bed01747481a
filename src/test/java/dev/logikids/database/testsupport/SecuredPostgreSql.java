package dev.logikids.database.testsupport;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Base64;

/**
 * An embedded server that asks every role but postgres for a password and offers TLS with a certificate of its own for
 * {@code localhost}. Has a role and a database whose names need escaping everywhere.
 */
public final class SecuredPostgreSql implements AutoCloseable {

    public static final String USER = "sync@user";
    public static final String PASSWORD = "p@:/%+$ {x}${y}\\$z,'é";
    public static final String DATABASE = "sync/data+base";
    /** User and password as a connection URI has them. */
    public static final String LOGIN = "sync%40user:p%40%3A%2F%25+$%20{x}%24{y}%5C%24z,%27%C3%A9";
    /** The database as a connection URI has it. */
    public static final String PATH = "sync%2Fdata+base";

    /** Another user and password, and a database, that every URI parser takes. */
    public static final String PLAIN_LOGIN = "plain:plain";

    /** A user who proves his password with MD5. */
    public static final String MD5_LOGIN = "old:old";

    public static final String PLAIN_PATH = "postgres";

    private static final char[] KEYSTORE_PASSWORD = "keystore".toCharArray();

    private final EmbeddedPostgres server;
    private final Path certificate;

    private SecuredPostgreSql(EmbeddedPostgres server, Path certificate) {
        this.server = server;
        this.certificate = certificate;
    }

    /** Starts the server; the folder keeps its certificate. */
    public static SecuredPostgreSql start(Path folder) {
        try {
            EmbeddedPostgres server = EmbeddedPostgres.builder()
                    .setServerConfig("ssl", "on")
                    // where there is no IPv6, PostgreSQL warns and goes on
                    .setServerConfig("listen_addresses", "127.0.0.1,::1")
                    .setDataDirectoryCustomizer(data -> secure(data, folder))
                    .start();
            createRoleAndDatabase(server);
            return new SecuredPostgreSql(server, folder.resolve("root.crt"));
        } catch (IOException | SQLException e) {
            throw new IllegalStateException("cannot start a PostgreSQL with TLS", e);
        }
    }

    /** Makes a certificate that is not the server's. */
    public static Path otherCertificate(Path folder) throws IOException, GeneralSecurityException {
        return Files.writeString(folder.resolve("other.crt"), certificatePem(keys(folder.resolve("other.p12"))));
    }

    public int port() {
        return server.getPort();
    }

    /** The file for {@code sslrootcert}. */
    public Path certificate() {
        return certificate;
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    private static void secure(File data, Path folder) {
        try {
            writeCertificate(data.toPath(), folder);
            Files.writeString(data.toPath().resolve("pg_hba.conf"), """
                    host all postgres all trust
                    host all old      all md5
                    host all all      all scram-sha-256
                    """);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Gives the server of that data directory what {@code ssl = on} needs; the folder keeps its certificate, root.crt. */
    public static void writeCertificate(Path data, Path folder) throws IOException, GeneralSecurityException {
        KeyStore keys = keys(folder.resolve("server.p12"));
        String certificatePem = certificatePem(keys);
        Files.writeString(folder.resolve("root.crt"), certificatePem);
        Files.writeString(data.resolve("server.crt"), certificatePem);
        Path key = Files.writeString(
                data.resolve("server.key"),
                pem("PRIVATE KEY", keys.getKey("server", KEYSTORE_PASSWORD).getEncoded()));
        if (key.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        }
    }

    private static void createRoleAndDatabase(EmbeddedPostgres server) throws SQLException {
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE ROLE \"" + USER + "\" LOGIN PASSWORD '" + PASSWORD.replace("'", "''") + "'");
            statement.execute("CREATE ROLE plain LOGIN PASSWORD 'plain'");
            statement.execute("SET password_encryption = 'md5'");
            statement.execute("CREATE ROLE old LOGIN PASSWORD 'old'");
            statement.execute("CREATE DATABASE \"" + DATABASE + "\" OWNER \"" + USER + "\"");
        }
    }

    /** Every JDK brings keytool; Java itself has no public way to make a certificate. */
    private static KeyStore keys(Path file) throws IOException, GeneralSecurityException {
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "server",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "san=dns:localhost",
                        "-ext",
                        "bc:critical=ca:true",
                        "-validity",
                        "2",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        new String(KEYSTORE_PASSWORD),
                        "-keystore",
                        file.toString())
                .inheritIO()
                .start();
        try {
            if (keytool.waitFor() != 0) {
                throw new IOException("keytool ended with " + keytool.exitValue());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            keys.load(in, KEYSTORE_PASSWORD);
        }
        return keys;
    }

    private static String certificatePem(KeyStore keys) throws GeneralSecurityException {
        return pem("CERTIFICATE", keys.getCertificate("server").getEncoded());
    }

    private static String pem(String what, byte[] content) {
        return "-----BEGIN " + what + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content)
                + "\n-----END " + what + "-----\n";
    }
}
