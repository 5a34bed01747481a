package dev.logikids.database.devdatabase;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** A PostgreSQL server out of the binaries on the class path: in dev mode and tests always, packaged only by request. */
final class EmbeddedPostgreSql {

    private final EmbeddedPostgres server;

    private EmbeddedPostgreSql(EmbeddedPostgres server) {
        this.server = server;
    }

    /**
     * Starts the server on that data, made if missing, with the role and database {@code logikids}.
     *
     * @param port 0 takes a free one
     */
    static EmbeddedPostgreSql start(Path data, int port) throws IOException {
        EmbeddedPostgres server = EmbeddedPostgres.builder()
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                .setRegisterShutdownHook(false)
                .setPort(port)
                // unlike the library's default, data that is kept survives a power failure too
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

    /** The names and the password of the development database that everybody uses. */
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
