package dev.logikids.database.migration;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The ledger {@code schema_migrations} as it is, also when a person made it.
 *
 * @param appliedAt the name of each row, and the time if the row has a readable one
 * @param oddities what is unusual and does no harm, for people
 * @param obstacle why no row can be inserted by name alone
 */
record SchemaMigrations(Map<String, Optional<Instant>> appliedAt, List<String> oddities, Optional<String> obstacle) {

    static final String TABLE = "schema_migrations";

    /** Tables of this name that other tools make, by their columns. */
    private static final Map<Set<String>, String> OTHER_TOOLS = Map.of(
            Set.of("version", "dirty"), "golang-migrate",
            Set.of("version"), "Rails (ActiveRecord) or dbmate",
            Set.of("version", "inserted_at"), "Ecto",
            Set.of("filename"), "Sequel",
            Set.of("id", "applied", "description"), "Migratus",
            Set.of("version", "statements", "name"), "Supabase");

    private record Column(String name, String type, boolean needsValue) {}

    /** Reads the table of that schema; a database without it has no rows. */
    static SchemaMigrations read(Connection connection, TargetSchema schema) throws SQLException {
        List<Column> columns = columns(connection, schema);
        if (columns.isEmpty()) {
            return new SchemaMigrations(Map.of(), List.of(), Optional.empty());
        }
        List<String> oddities = new ArrayList<>();
        Map<String, Optional<Instant>> rows = rows(connection, schema, oddities);
        describeTime(columns, rows, oddities);
        if (!isUnique(connection, schema)) {
            oddities.add("schema_migrations has no unique constraint on migration_name");
        }
        List<String> needed = columns.stream()
                .filter(Column::needsValue)
                .map(Column::name)
                .filter(name -> !name.equals("migration_name"))
                .toList();
        return new SchemaMigrations(
                rows,
                oddities,
                needed.isEmpty()
                        ? Optional.empty()
                        : Optional.of(schema.name()
                                + ".schema_migrations takes no row of its own: NOT NULL without a default: "
                                + String.join(", ", needed) + ". Give each a default: ALTER TABLE "
                                + schema.qualify(TABLE) + " ALTER COLUMN " + needed.get(0) + " SET DEFAULT ..."));
    }

    /** Says for people whose table it seems to be, from its columns. */
    static String whose(Connection connection, TargetSchema schema) throws SQLException {
        Set<String> names =
                columns(connection, schema).stream().map(Column::name).collect(Collectors.toCollection(TreeSet::new));
        String tool = OTHER_TOOLS.get(names);
        return schema.name() + ".schema_migrations is another tool's table"
                + (tool == null ? "" : ", it seems that of " + tool) + ": it has the columns "
                + String.join(", ", names)
                + " and no migration_name";
    }

    private static List<Column> columns(Connection connection, TargetSchema schema) throws SQLException {
        List<Column> columns = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement("""
                SELECT a.attname::text, format_type(a.atttypid, NULL),
                  a.attnotnull AND NOT a.atthasdef AND a.attidentity = ''
                FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE n.nspname = ? AND c.relname = 'schema_migrations' AND a.attnum > 0 AND NOT a.attisdropped
                ORDER BY a.attnum
                """)) {
            query.setString(1, schema.name());
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    columns.add(new Column(row.getString(1), row.getString(2), row.getBoolean(3)));
                }
            }
        }
        return columns;
    }

    private static Map<String, Optional<Instant>> rows(
            Connection connection, TargetSchema schema, List<String> oddities) throws SQLException {
        Map<String, Optional<Instant>> rows = new HashMap<>();
        Set<String> twice = new TreeSet<>();
        // by way of JSON: a column of any type gives a text, a column that is missing gives NULL
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT row->>'migration_name', row->>'applied_at' FROM (SELECT to_jsonb(ledger) AS row FROM "
                                + schema.qualify(TABLE) + " AS ledger) AS rows")) {
            while (row.next()) {
                String name = row.getString(1);
                if (name == null) {
                    oddities.add("a row of schema_migrations has no migration_name");
                } else if (rows.put(name, Optional.ofNullable(row.getString(2)).flatMap(LedgerTime::parse)) != null) {
                    twice.add(name);
                }
            }
        }
        if (!twice.isEmpty()) {
            oddities.add("schema_migrations holds several rows of " + String.join(", ", twice));
        }
        return rows;
    }

    private static void describeTime(List<Column> columns, Map<String, Optional<Instant>> rows, List<String> oddities) {
        Optional<Column> time = columns.stream()
                .filter(column -> column.name().equals("applied_at"))
                .findFirst();
        if (time.isEmpty()) {
            oddities.add("schema_migrations has no column applied_at");
            return;
        }
        String type = time.get().type();
        if (!type.equals("timestamp with time zone")) {
            oddities.add("schema_migrations.applied_at is of type " + type + "; a time without a zone is read as UTC");
        }
        Set<String> timeless = new TreeSet<>();
        rows.forEach((name, at) -> {
            if (at.isEmpty()) {
                timeless.add(name);
            }
        });
        if (!timeless.isEmpty()) {
            oddities.add("schema_migrations does not say when these were applied: " + String.join(", ", timeless));
        }
    }

    private static boolean isUnique(Connection connection, TargetSchema schema) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("""
                SELECT EXISTS (
                  SELECT FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
                  WHERE i.indrelid = to_regclass(?) AND i.indisunique AND i.indisvalid AND i.indnkeyatts = 1
                    AND i.indpred IS NULL AND a.attname = 'migration_name')
                """)) {
            query.setString(1, schema.qualify(TABLE));
            try (ResultSet row = query.executeQuery()) {
                row.next();
                return row.getBoolean(1);
            }
        }
    }
}
