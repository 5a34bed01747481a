package dev.logikids.database.health;

import dev.logikids.database.migration.MigrationFiles;
import dev.logikids.database.postgresql.Database;
import dev.logikids.database.postgresql.DatabaseFailure;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the running service sees of the schema, through the pool that its requests use. */
@ApplicationScoped
public class SchemaView {

    /** The columns that the statements of this build name. Looks only into the catalogue: a few index reads per column. */
    private static final String MISSING = """
            SELECT needed.name || '.' || needed_column AS missing
            FROM (VALUES
              ('schema_migrations', '{migration_name,applied_at}'::text[]),
              ('invite_codes', '{code,created_at,expires_at,note,used_by,used_at}'),
              ('user_accounts', '{user_id,invite_code,created_at,last_seen,revoked}'),
              ('refresh_tokens', '{id,token,user_id,expires_at,created_at,revoked,family_id,family_created_at,
                last_used_at,retired_at,revoked_at}'),
              ('user_sync_data', '{user_id,encrypted_blob,iv,timestamp,checksum,created_at,last_accessed,blob_size,
                version}')
            ) AS needed (name, columns), unnest(columns) AS needed_column
            WHERE NOT EXISTS (
              SELECT FROM pg_attribute
              WHERE attrelid = to_regclass(needed.name) AND attname = needed_column AND NOT attisdropped)
            """;

    private final Database database;
    private final List<String> filesOfThisBuild = MigrationFiles.namesOfThisBuild();

    SchemaView(Database database) {
        this.database = database;
    }

    /**
     * The schema at one moment.
     *
     * @param applied file names and when each was applied, in order; files of other builds included
     * @param pending files of this build that are missing from {@code applied}
     * @param missing columns that this build needs and that are not there, each as {@code table.column}
     */
    public record Schema(Map<String, Instant> applied, List<String> pending, List<String> missing) {

        boolean matches() {
            return pending.isEmpty() && missing.isEmpty();
        }

        /** The last file applied, or an empty text. */
        String version() {
            return applied.keySet().stream().reduce("", (first, second) -> second);
        }
    }

    /** Looks at {@code schema_migrations} and the catalogue; a database without that table has everything pending. */
    public Uni<Schema> look() {
        return database.withConnection(
                        connection -> missing(connection).flatMap(missing -> schema(connection, missing)))
                .invoke(schema -> {
                    if (schema.matches()) {
                        database.schemaIsWhole();
                    }
                })
                .onFailure(DatabaseFailure.SchemaMissing.class)
                .recoverWithItem(() -> new Schema(Map.of(), filesOfThisBuild, List.of()));
    }

    private static Uni<List<String>> missing(SqlConnection connection) {
        return connection.preparedQuery(MISSING).execute().map(rows -> {
            List<String> missing = new ArrayList<>();
            rows.forEach(row -> missing.add(row.getString("missing")));
            return missing;
        });
    }

    private Uni<Schema> schema(SqlConnection connection, List<String> missing) {
        if (missing.stream().anyMatch(column -> column.startsWith("schema_migrations."))) {
            return Uni.createFrom().item(new Schema(Map.of(), filesOfThisBuild, missing));
        }
        return connection
                .preparedQuery("SELECT migration_name, applied_at FROM schema_migrations ORDER BY migration_name")
                .execute()
                .map(rows -> schema(rows, missing));
    }

    private Schema schema(RowSet<Row> rows, List<String> missing) {
        Map<String, Instant> applied = new LinkedHashMap<>();
        for (Row row : rows) {
            OffsetDateTime at = row.getOffsetDateTime("applied_at");
            applied.put(row.getString("migration_name"), at.toInstant());
        }
        List<String> pending = filesOfThisBuild.stream()
                .filter(name -> !applied.containsKey(name))
                .toList();
        return new Schema(applied, pending, missing);
    }
}
