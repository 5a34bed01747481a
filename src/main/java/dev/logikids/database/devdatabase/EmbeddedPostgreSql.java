package dev.logikids.database.devdatabase;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** A PostgreSQL server from the binaries on the class path, which a package contains only if built with {@code -Pembedded}. */
final class EmbeddedPostgreSql {

    private final EmbeddedPostgres server;

    private EmbeddedPostgreSql(EmbeddedPostgres server) {
        this.server = server;
    }

    /**
     * Starts a server on that data folder, which is created if missing, with the role and database {@code logikids}.
     *
     * @param port 0 takes a free one
     */
    static EmbeddedPostgreSql start(Path data, int port) throws IOException {
        EmbeddedPostgres server = EmbeddedPostgres.builder()
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                .setRegisterShutdownHook(false)
                .setPort(port)
                // the library turns it off; this data is kept, so it should survive a power failure
                .setServerConfig("fsync", "on")
                .start();
        try {
            createLogikids(server);
        } catch (SQLException e) {
            server.close();
            throw new IOException("cannot create the role and database logikids", e);
        }
        return new EmbeddedPostgreSql(server);
    }

    int port() {
        return server.getPort();
    }

    void stop() throws IOException {
        server.close();
    }

    /** The same names and password as the development database in docker/. */
    private static void createLogikids(EmbeddedPostgres server) throws SQLException {
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            if (isMissing(statement, "SELECT 1 FROM pg_roles WHERE rolname = 'logikids'")) {
                statement.execute("CREATE ROLE logikids LOGIN SUPERUSER PASSWORD 'development'");
            }
            if (isMissing(statement, "SELECT 1 FROM pg_database WHERE datname = 'logikids'")) {
                statement.execute("CREATE DATABASE logikids OWNER logikids");
            }
        }
    }

    private static boolean isMissing(Statement statement, String query) throws SQLException {
        try (ResultSet rows = statement.executeQuery(query)) {
            return !rows.next();
        }
    }
}
