package dev.logikids.database.migration;

import dev.logikids.database.migration.script.MigrationFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * How far {@code user_sync_data} is distributed over the workers of Citus (ADR 35). That is a property of the database, read
 * from its catalogue, and no file of the ledgers: a database without Citus has the same files applied.
 */
enum Distribution {
    /** The database has no extension citus. */
    NO_CITUS,
    /** The extension is there, and nothing has been distributed. */
    LOCAL,
    /** A run has begun to distribute and did not come to its end. */
    BEGUN,
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
        boolean owners = isHashed(connection, schema, "sync_owners");
        boolean rows = isHashed(connection, schema, "user_sync_data");
        if (owners && rows && isTrue(connection, """
                coalesce(obj_description(to_regclass(%s), 'pg_class') LIKE 'complete%%', false)
                """.formatted(quote(schema, "sync_owners")))) {
            return DISTRIBUTED;
        }
        return owners || rows ? BEGUN : LOCAL;
    }

    /** Whether a run that is to distribute has something to do. */
    boolean isPending() {
        return this == LOCAL || this == BEGUN;
    }

    /** The file of that name. */
    static MigrationFile file() {
        try (InputStream in = Thread.currentThread().getContextClassLoader().getResourceAsStream(FOLDER + "/" + FILE)) {
            return MigrationFile.of(FILE, in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isHashed(Connection connection, TargetSchema schema, String table) throws SQLException {
        return isTrue(
                connection,
                "EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = to_regclass(%s) AND partmethod = 'h')"
                        .formatted(quote(schema, table)));
    }

    private static String quote(TargetSchema schema, String table) {
        return "'" + schema.qualify(table).replace("'", "''") + "'";
    }

    private static boolean isTrue(Connection connection, String condition) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT " + condition)) {
            row.next();
            return row.getBoolean(1);
        }
    }
}
