package dev.logikids.database.health;

import static dev.logikids.database.postgresql.Statement.SCHEMA_APPLIED;
import static dev.logikids.database.postgresql.Statement.SCHEMA_TABLES;

import dev.logikids.database.migration.LedgerTime;
import dev.logikids.database.migration.MigrationAtStart;
import dev.logikids.database.migration.MigrationAtStart.Phase;
import dev.logikids.database.migration.MigrationFailure;
import dev.logikids.database.migration.MigrationFiles;
import dev.logikids.database.migration.Migrator;
import dev.logikids.database.postgresql.Database;
import dev.logikids.database.postgresql.DatabaseFailure;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What the running service sees of the schema, through the pool that its requests use. */
@ApplicationScoped
public class SchemaView {

    /**
     * Where the search path finds each table, and which of the columns that the statements of this build name it lacks. Looks
     * only into the catalogue: a few index reads per column.
     */
    private static final String NEEDED = """
            SELECT needed.name, coalesce(n.nspname::text, '') AS schema,
              ARRAY(SELECT needed.name || '.' || needed_column FROM unnest(needed.columns) AS needed_column
                    WHERE NOT EXISTS (SELECT FROM pg_attribute
                      WHERE attrelid = c.oid AND attname = needed_column AND NOT attisdropped)) AS missing,
              c.relname = 'sync_owners' AND obj_description(c.oid, 'pg_class') LIKE 'complete%' AS distributed
            FROM (VALUES
              ('schema_migrations', '{migration_name}'::text[]),
              ('invite_codes', '{code,created_at,expires_at,note,used_by,used_at}'),
              ('user_accounts', '{user_id,invite_code,created_at,last_seen,revoked}'),
              ('refresh_tokens', '{id,token,user_id,expires_at,created_at,revoked,family_id,family_created_at,
                last_used_at,retired_at,revoked_at}'),
              ('user_sync_data', '{user_id,encrypted_blob,iv,timestamp,checksum,created_at,last_accessed,blob_size,
                version}'),
              ('admin_audit', '{id,occurred_at,operator,channel,address,action,subject,outcome,before_counts,after_counts}'),
              ('rate_limits', '{id,used,ends_at}'),
              -- only Citus has it
              ('sync_owners', '{}')
            ) AS needed (name, columns)
            LEFT JOIN pg_class c ON c.oid = to_regclass(needed.name)
            LEFT JOIN pg_namespace n ON n.oid = c.relnamespace
            ORDER BY needed.name
            """;

    /** By way of JSON: a ledger that a person made may have a time of any type, or none. */
    private static final String APPLIED = """
            SELECT row->>'migration_name' AS migration_name, row->>'applied_at' AS applied_at
            FROM (SELECT to_jsonb(ledger) AS row FROM schema_migrations AS ledger) AS rows
            WHERE row->>'migration_name' IS NOT NULL ORDER BY migration_name
            """;

    private final Database database;
    private final MigrationAtStart migration;
    private final Migrator migrator;
    private final List<String> filesOfThisBuild = MigrationFiles.namesOfThisBuild();
    private volatile Optional<String> migratedSchema = Optional.empty();
    private volatile Optional<Schema> latest = Optional.empty();

    SchemaView(Database database, MigrationAtStart migration, Migrator migrator) {
        this.database = database;
        this.migration = migration;
        this.migrator = migrator;
    }

    /**
     * The schema at one moment.
     *
     * @param name of the schema in which the tables are found, empty if there are none
     * @param applied file names and when each was applied, if the ledger says so; in order, files of other builds included
     * @param pending files of this build that are missing from {@code applied}
     * @param missing columns that this build needs and that are not there, each as {@code table.column}
     * @param elsewhere which tables are found in a schema where they do not belong, for people; empty if none
     */
    record Schema(
            String name,
            Map<String, Optional<Instant>> applied,
            List<String> pending,
            List<String> missing,
            String elsewhere) {

        boolean matches() {
            return pending.isEmpty() && missing.isEmpty() && elsewhere.isEmpty();
        }

        /** The last file applied, or an empty text. */
        String version() {
            return applied.keySet().stream().reduce("", (first, second) -> second);
        }
    }

    /** The tables as the search path of one connection of the pool finds them. */
    private record Tables(Map<String, String> schemas, List<String> missing, boolean distributed) {

        static Tables of(RowSet<Row> rows) {
            Map<String, String> schemas = new LinkedHashMap<>();
            List<String> missing = new ArrayList<>();
            boolean distributed = false;
            for (Row row : rows) {
                if (!row.getString("schema").isEmpty()) {
                    schemas.put(row.getString("name"), row.getString("schema"));
                }
                missing.addAll(List.of(row.getArrayOfStrings("missing")));
                distributed |= Boolean.TRUE.equals(row.getBoolean("distributed"));
            }
            return new Tables(schemas, missing, distributed);
        }

        String elsewhere(Optional<String> migrated) {
            Set<String> places = new TreeSet<>(schemas.values());
            boolean inOnePlace = places.size() <= 1 && (migrated.isEmpty() || places.equals(Set.of(migrated.get())));
            if (places.isEmpty() || inOnePlace) {
                return "";
            }
            String found = schemas.entrySet().stream()
                    .map(table -> table.getKey() + " in " + table.getValue())
                    .collect(Collectors.joining(", "));
            return "the search_path finds " + found
                    + migrated.map(schema -> "; the migration found them in " + schema)
                            .orElse("");
        }

        String schema() {
            return schemas.values().stream().findFirst().orElse("");
        }
    }

    /** Looks at {@code schema_migrations} and the catalogue; a database without that table has everything pending. */
    Uni<Schema> look() {
        return migratedSchema()
                .flatMap(migrated -> database.withConnection(connection -> SCHEMA_TABLES
                                .execute(connection, NEEDED)
                                .map(Tables::of)
                                .flatMap(tables -> schema(connection, tables, migrated)))
                        .onFailure(DatabaseFailure.SchemaMissing.class)
                        .recoverWithItem(() -> new Schema("", Map.of(), filesOfThisBuild, List.of(), "")))
                .invoke(schema -> latest = Optional.of(schema));
    }

    /** Returns what was seen last, if anything was; asks nobody. */
    Optional<Schema> latest() {
        return latest;
    }

    /** Returns which tables are found in a schema where they do not belong, for people; an empty text if none. */
    public Uni<String> elsewhere() {
        return look().map(Schema::elsewhere);
    }

    /** The schema that the migration of this process used; unknown if it did not migrate. */
    private Uni<Optional<String>> migratedSchema() {
        if (migratedSchema.isPresent() || migration.phase() != Phase.DONE) {
            return Uni.createFrom().item(migratedSchema);
        }
        return Uni.createFrom()
                .item(migrator::targetSchema)
                .runSubscriptionOn(Infrastructure.getDefaultWorkerPool())
                .map(schema -> migratedSchema = Optional.of(schema))
                // not reachable, or ambiguous by now: what the pool finds is looked at all the same
                .onFailure(MigrationFailure.class)
                .recoverWithItem(Optional.empty());
    }

    private Uni<Schema> schema(SqlConnection connection, Tables tables, Optional<String> migrated) {
        String elsewhere = tables.elsewhere(migrated);
        if (tables.missing().stream().anyMatch(column -> column.startsWith("schema_migrations."))) {
            return Uni.createFrom()
                    .item(new Schema(tables.schema(), Map.of(), filesOfThisBuild, tables.missing(), elsewhere));
        }
        return SCHEMA_APPLIED.execute(connection, APPLIED).map(rows -> {
            Schema schema = schema(rows, tables, elsewhere);
            if (schema.matches()) {
                database.schemaIsWhole(schema.name(), tables.distributed());
            }
            return schema;
        });
    }

    private Schema schema(RowSet<Row> rows, Tables tables, String elsewhere) {
        Map<String, Optional<Instant>> applied = new LinkedHashMap<>();
        for (Row row : rows) {
            applied.put(
                    row.getString("migration_name"),
                    Optional.ofNullable(row.getString("applied_at")).flatMap(LedgerTime::parse));
        }
        List<String> pending = filesOfThisBuild.stream()
                .filter(name -> !applied.containsKey(name))
                .toList();
        return new Schema(tables.schema(), applied, pending, tables.missing(), elsewhere);
    }
}
