package dev.logikids.database.migration;

import dev.logikids.database.migration.script.MigrationFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;

/**
 * How far {@code user_sync_data} is distributed over the workers of Citus (ADR 35). That is a property of the database, read
 * from its catalogue, and no file of the ledgers: a database without Citus has the same files applied.
 */
enum Distribution {
    /** The database has no extension citus. */
    NO_CITUS,
    /** The extension is there; nothing, or not everything, has been distributed. */
    LOCAL,
    /** Reads and writes of sync data are statements on one worker. */
    DISTRIBUTED;

    /** The statements that distribute; each may be repeated. */
    static final String FILE = "distribute.sql";

    private static final String FOLDER = "db/changelog/citus";

    /** Reads it of the tables of that schema. */
    static Distribution of(Connection connection, TargetSchema schema) throws SQLException {
        if (!isTrue(connection, "EXISTS (SELECT FROM pg_extension WHERE extname = 'citus')")) {
            return NO_CITUS;
        }
        boolean rows = isTrue(
                connection, """
                EXISTS (SELECT FROM pg_dist_partition
                  WHERE logicalrelid = to_regclass('%s') AND partmethod = 'h')
                """.formatted(schema.qualify("user_sync_data").replace("'", "''")));
        boolean owners =
                isTrue(connection, """
                coalesce(pg_get_viewdef(to_regclass('%s')) ~ 'sync_owners_distributed', false)
                """.formatted(schema.qualify("sync_owners").replace("'", "''")));
        return rows && owners ? DISTRIBUTED : LOCAL;
    }

    /** What there is to say about it to a person; empty for a database without Citus. */
    Optional<String> note() {
        return switch (this) {
            case NO_CITUS -> Optional.empty();
            case LOCAL ->
                Optional.of(
                        "Citus is installed and user_sync_data is not distributed, or not to the end: 'migrate' with"
                                + " logikids.migration.citus=true does it");
            case DISTRIBUTED -> Optional.of("user_sync_data is distributed by Citus");
        };
    }

    /** The file of that name. */
    static MigrationFile file() {
        try (InputStream in = Thread.currentThread().getContextClassLoader().getResourceAsStream(FOLDER + "/" + FILE)) {
            return MigrationFile.of(FILE, in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isTrue(Connection connection, String condition) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT " + condition)) {
            row.next();
            return row.getBoolean(1);
        }
    }
}
