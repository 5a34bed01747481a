package dev.logikids.database.health;

import dev.logikids.database.migration.MigrationFiles;
import dev.logikids.database.postgresql.Database;
import dev.logikids.database.postgresql.DatabaseFailure;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the running service sees of the schema, through the pool that its requests use. */
@ApplicationScoped
public class SchemaView {

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
     */
    public record Schema(Map<String, Instant> applied, List<String> pending) {

        boolean matches() {
            return pending.isEmpty();
        }

        /** The last file applied, or an empty text. */
        String version() {
            return applied.keySet().stream().reduce("", (first, second) -> second);
        }
    }

    /** Looks at {@code schema_migrations}; a database without that table has everything pending. */
    public Uni<Schema> look() {
        return database.withConnection(
                        connection -> connection.preparedQuery("""
                                SELECT migration_name, applied_at FROM schema_migrations ORDER BY migration_name
                                """).execute())
                .map(this::schema)
                .onFailure(SchemaView::tableMissing)
                .recoverWithItem(() -> new Schema(Map.of(), filesOfThisBuild));
    }

    private Schema schema(RowSet<Row> rows) {
        Map<String, Instant> applied = new LinkedHashMap<>();
        for (Row row : rows) {
            OffsetDateTime at = row.getOffsetDateTime("applied_at");
            applied.put(row.getString("migration_name"), at.toInstant());
        }
        List<String> pending = filesOfThisBuild.stream()
                .filter(name -> !applied.containsKey(name))
                .toList();
        return new Schema(applied, pending);
    }

    private static boolean tableMissing(Throwable failure) {
        return failure instanceof DatabaseFailure.Unexpected unexpected && "42P01".equals(unexpected.sqlState());
    }
}
