package dev.logikids.database.config;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** The PostgreSQL server of dev mode. */
final class EmbeddedPostgreSql {

    private EmbeddedPostgreSql() {}

    static String start(Path folder) throws IOException, SQLException {
        Files.createDirectories(folder);
        EmbeddedPostgres server = EmbeddedPostgres.builder()
                .setDataDirectory(folder)
                .setCleanDataDirectory(false)
                .start();
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            if (!statement
                    .executeQuery("SELECT 1 FROM pg_roles WHERE rolname = 'logikids'")
                    .next()) {
                statement.execute("CREATE ROLE logikids LOGIN SUPERUSER PASSWORD 'development'");
                statement.execute("CREATE DATABASE logikids OWNER logikids");
            }
        }
        return "postgresql://logikids:development@localhost:" + server.getPort() + "/logikids";
    }
}
