package dev.logikids.database.migration;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** The schema in which the service's tables and both ledgers are, or will be; the name as the catalogue holds it. */
record TargetSchema(String name) {

    /**
     * What the search path finds under the names of the service. A table that has not the columns that this service gave it
     * is another application's.
     */
    private static final String FOUND = """
            SELECT service.name, n.nspname::text, c.relkind::text, place.number,
              (SELECT count(*) FROM pg_attribute a
               WHERE a.attrelid = c.oid AND a.attname = ANY (service.columns) AND NOT a.attisdropped)
                = cardinality(service.columns)
            FROM (VALUES
              ('schema_migrations', '{migration_name}'::text[]),
              ('databasechangelog', '{id,author,filename}'),
              ('user_sync_data', '{user_id,encrypted_blob,checksum}'),
              ('invite_codes', '{code,expires_at}'),
              ('user_accounts', '{user_id,invite_code}'),
              ('refresh_tokens', '{token,user_id,expires_at}')
            ) AS service (name, columns)
            JOIN pg_class c ON c.oid = to_regclass(service.name)
            JOIN pg_namespace n ON n.oid = c.relnamespace
            JOIN unnest(current_schemas(true)) WITH ORDINALITY AS place (schema, number) ON place.schema = n.nspname
            """;

    /** The table of this service that no other application has. */
    private static final String OTHER_SETS = """
            SELECT n.nspname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relname = 'user_sync_data' AND c.relkind IN ('r', 'p') AND n.nspname !~ '^pg_' AND n.nspname <> ?
              AND EXISTS (SELECT FROM pg_attribute a
                          WHERE a.attrelid = c.oid AND a.attname = 'encrypted_blob' AND NOT a.attisdropped)
            ORDER BY n.nspname
            """;

    private static final String CURE =
            ". Say which schema is meant in DATABASE_URL, and in MIGRATION_DATABASE_URL if it is"
                    + " set: ?options=-csearch_path%%3D%s";

    private static final String SCHEMA_OF_ITS_OWN = " a database or a schema of its own: CREATE SCHEMA logikids, and"
            + " ?options=-csearch_path%3Dlogikids in DATABASE_URL";

    private record Found(String table, String schema, String kind, int place, boolean shaped) {

        boolean isLedger() {
            return table.equals(SchemaMigrations.TABLE) || table.equals(ChangeLogTable.TABLE);
        }

        boolean isOurs(Connection connection) throws SQLException {
            if (table.equals(ChangeLogTable.TABLE)) {
                return shaped
                        && ChangeLogTable.read(connection, new TargetSchema(schema))
                                .holdsRowsOfThisService();
            }
            return shaped;
        }
    }

    /**
     * Finds the schema where the search path of this session finds the ledgers and the tables; for a database without them,
     * the schema that the path creates in.
     *
     * @throws MigrationFailure when the path leads to several schemas, to none, or past the tables that there are; or when
     *     the schema holds a table of another tool or application under a name of ours
     */
    static TargetSchema find(Connection connection) throws SQLException {
        List<Found> found = found(connection);
        List<Found> ours = new ArrayList<>();
        for (Found table : found) {
            if (table.isOurs(connection)) {
                ours.add(table);
            }
        }
        String path = setting(connection, "current_setting('search_path')").orElse("");
        requireOnePlace(ours, path);
        String schema = ours.isEmpty()
                ? schemaOfNewTables(connection, path)
                : ours.get(0).schema();
        List<Found> foreign =
                found.stream().filter(table -> !ours.contains(table)).toList();
        TargetSchema target = new TargetSchema(schema);
        for (Found table : found) {
            target.requireTable(table);
        }
        for (Found table : foreign) {
            if (table.schema().equals(schema)) {
                target.refuse(connection, table, ours.isEmpty());
            } else if (!ours.isEmpty() && table.place() < ours.get(0).place()) {
                throw MigrationFailure.permanent("the search_path " + path + " finds the table " + table.table()
                        + " of another application in schema " + table.schema()
                        + " before the tables of this service in schema "
                        + schema + CURE.formatted(schema));
            }
        }
        target.refuseOtherSpelling(connection);
        if (ours.isEmpty() && !target.wasChosen(connection)) {
            List<String> others = target.otherSets(connection);
            if (!others.isEmpty()) {
                throw MigrationFailure.permanent("the search_path " + path + " leads to schema " + schema
                        + ", which holds nothing of this service, but schema " + String.join(", ", others)
                        + " holds its tables: nothing was created" + CURE.formatted(others.get(0))
                        + " (or ...%3D" + schema + " for a second, empty set of tables)");
            }
        }
        return target;
    }

    /** Puts this schema first on the search path of the session, in front of what is there. */
    void pin(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(pinSql());
        }
    }

    /** The statement that {@link #pin} sends. */
    String pinSql() {
        return "SELECT set_config('search_path', concat_ws(', ', '"
                + quoted(name).replace("'", "''") + "', nullif(current_setting('search_path'), '')), false)";
    }

    /** A table of this schema, for any search path. */
    String qualify(String table) {
        return quoted(name) + "." + quoted(table);
    }

    /** An identifier in double quotes. */
    static String quoted(String identifier) {
        return '"' + identifier.replace("\"", "\"\"") + '"';
    }

    /** Names the other schemas of this database that hold the tables of this service. */
    List<String> otherSets(Connection connection) throws SQLException {
        List<String> schemas = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement(OTHER_SETS)) {
            query.setString(1, name);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    schemas.add(row.getString(1));
                }
            }
        }
        return schemas;
    }

    /** Whether the search path is this very session's: from the connection string, or set by {@link #pin}. */
    boolean wasChosen(Connection connection) throws SQLException {
        return setting(connection, "(SELECT source FROM pg_settings WHERE name = 'search_path')")
                .filter(source -> source.equals("client") || source.equals("session"))
                .isPresent();
    }

    private static List<Found> found(Connection connection) throws SQLException {
        List<Found> found = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(FOUND)) {
            while (row.next()) {
                found.add(new Found(
                        row.getString(1), row.getString(2), row.getString(3), row.getInt(4), row.getBoolean(5)));
            }
        }
        return found;
    }

    private static void requireOnePlace(List<Found> ours, String path) {
        if (ours.stream().map(Found::schema).distinct().count() > 1) {
            String places = ours.stream()
                    .map(table -> table.table() + " in schema " + table.schema())
                    .collect(Collectors.joining(", "));
            throw MigrationFailure.permanent("the search_path " + path + " finds the tables of this service in several"
                    + " schemas: " + places
                    + ". Nothing was changed. Bring them into one schema (ALTER TABLE ... SET SCHEMA"
                    + " ...), or let DATABASE_URL name the one that is meant: ?options=-csearch_path%3D"
                    + ours.get(0).schema());
        }
    }

    private static String schemaOfNewTables(Connection connection, String path) throws SQLException {
        return setting(connection, "current_schema()")
                .filter(schema -> !schema.startsWith("pg_"))
                .orElseThrow(() -> MigrationFailure.permanent("the search_path " + (path.isEmpty() ? "''" : path)
                        + " names no schema in which this role may create tables: create the schema (CREATE SCHEMA ...), grant"
                        + " USAGE on it, or correct the search_path of the database, the role or DATABASE_URL"));
    }

    private void requireTable(Found found) {
        if (found.schema().equals(name)
                && found.isLedger()
                && !List.of("r", "p").contains(found.kind())) {
            throw MigrationFailure.permanent(name + "." + found.table() + " is not a table but "
                    + (found.kind().equals("v") ? "a view" : "an object of kind " + found.kind())
                    + ": remove or rename it, or give the service" + SCHEMA_OF_ITS_OWN);
        }
    }

    /** Refuses a table of somebody else that stands where ours belongs. */
    private void refuse(Connection connection, Found table, boolean nothingOfOurs) throws SQLException {
        if (table.table().equals(SchemaMigrations.TABLE)) {
            throw MigrationFailure.permanent(SchemaMigrations.whose(connection, this)
                    + ". Nothing was changed. Give the" + " service" + SCHEMA_OF_ITS_OWN);
        }
        if (table.table().equals(ChangeLogTable.TABLE) && !table.shaped()) {
            throw MigrationFailure.permanent(
                    name + ".databasechangelog is not Liquibase's: it lacks a column id, author or"
                            + " filename. Nothing was changed. Rename it, or give the service" + SCHEMA_OF_ITS_OWN);
        }
        if (!table.isLedger() && nothingOfOurs) {
            throw MigrationFailure.permanent(
                    name + "." + table.table() + " belongs to another application: it lacks columns"
                            + " that this service's table always has. Nothing was changed. Give the service"
                            + SCHEMA_OF_ITS_OWN);
        }
    }

    /** A ledger in capitals, which only quoted names find, would be taken for none: its files would run again. */
    private void refuseOtherSpelling(Connection connection) throws SQLException {
        List<String> spellings = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement("""
                SELECT c.relname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE n.nspname = ? AND c.relkind IN ('r', 'p')
                  AND lower(c.relname) IN ('schema_migrations', 'databasechangelog') AND c.relname <> lower(c.relname)
                """)) {
            query.setString(1, name);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    spellings.add(row.getString(1));
                }
            }
        }
        for (String table : spellings) {
            String rows = "(SELECT EXISTS (SELECT FROM " + qualify(table) + " AS ledger WHERE ledger::text ~ " + "'("
                    + MigrationFiles.FOLDER + "/|000_schema_migrations.sql)'))::text";
            if (setting(connection, rows).filter("true"::equals).isPresent()) {
                throw MigrationFailure.permanent(
                        name + "." + table + " holds rows of this service under a name that neither"
                                + " this service nor Liquibase finds. Rename it and its columns to lower case: ALTER TABLE "
                                + qualify(table) + " RENAME TO "
                                + table.toLowerCase(Locale.ROOT));
            }
        }
    }

    private static Optional<String> setting(Connection connection, String expression) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT " + expression)) {
            row.next();
            return Optional.ofNullable(row.getString(1));
        }
    }
}
