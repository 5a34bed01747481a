package dev.logikids.database.health;

import static dev.logikids.database.postgresql.Statement.STORAGE_BLOB_SIZES;
import static dev.logikids.database.postgresql.Statement.STORAGE_DATABASE;
import static dev.logikids.database.postgresql.Statement.STORAGE_DISTRIBUTED;
import static dev.logikids.database.postgresql.Statement.STORAGE_GROWTH;
import static dev.logikids.database.postgresql.Statement.STORAGE_INDEXES;
import static dev.logikids.database.postgresql.Statement.STORAGE_TABLES;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.logikids.database.postgresql.ReadReplica;
import dev.logikids.database.postgresql.Statement;
import dev.logikids.database.postgresql.TransactionOptions;
import dev.logikids.database.postgresql.TransactionOptions.Isolation;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.StreamSupport;

/** How much of what is stored, for operators; holds nothing of any user, and reads no blob. */
@ApplicationScoped
public class StorageView {

    private static final TransactionOptions ONE_SNAPSHOT =
            TransactionOptions.DEFAULT.withIsolation(Isolation.REPEATABLE_READ).asReadOnly();

    private static final String TABLES = """
            SELECT name, rows, pg_table_size(name::regclass) AS table_bytes, pg_indexes_size(name::regclass) AS index_bytes
            FROM (
              SELECT 'user_accounts' AS name, count(*) AS rows FROM user_accounts
              UNION ALL SELECT 'user_sync_data', count(*) FROM user_sync_data
              UNION ALL SELECT 'refresh_tokens', count(*) FROM refresh_tokens
              UNION ALL SELECT 'invite_codes', count(*) FROM invite_codes
              UNION ALL SELECT 'admin_audit', count(*) FROM admin_audit
            ) counted
            """;

    /** Of the tables above, with those that somebody added by hand. */
    private static final String INDEXES = """
            SELECT index.indexrelid::regclass::text AS name, index.indrelid::regclass::text AS table_name,
              pg_relation_size(index.indexrelid) AS bytes
            FROM pg_index index
            WHERE index.indrelid IN ('user_accounts'::regclass, 'user_sync_data'::regclass, 'refresh_tokens'::regclass,
              'invite_codes'::regclass, 'admin_audit'::regclass)
            ORDER BY table_name, bytes DESC, name
            """;

    private static final String DATABASE = """
            SELECT pg_database_size(current_database()) AS bytes,
              EXISTS (SELECT FROM pg_extension WHERE extname = 'citus') AS citus
            """;

    /** What the coordinator of Citus (ADR 35) does not have itself: bytes on the workers, where the rows are. */
    private static final String ON_WORKERS = """
            SELECT 'user_sync_data' AS name, citus_table_size(logicalrelid)::bigint AS bytes
            FROM pg_dist_partition WHERE logicalrelid = 'user_sync_data'::regclass AND partmethod = 'h'
            UNION ALL
            SELECT index.indexrelid::regclass::text, citus_relation_size(index.indexrelid)::bigint
            FROM pg_index index JOIN pg_dist_partition ON logicalrelid = index.indrelid AND partmethod = 'h'
            WHERE index.indrelid = 'user_sync_data'::regclass
            UNION ALL
            SELECT '', sum(result::bigint)::bigint
            FROM run_command_on_workers('SELECT pg_database_size(current_database())')
            WHERE success
            """;

    private static final int DAYS = 30;

    /** Days since epoch; $1 is today, $2 the first day. */
    private static final String GROWTH = """
            WITH accounts AS (
              SELECT created_at / 86400000 AS day, count(*) AS number
              FROM user_accounts WHERE created_at >= $2::bigint * 86400000 GROUP BY 1
            ), invites AS (
              SELECT created_at / 86400000 AS day, count(*) AS number
              FROM invite_codes WHERE created_at >= $2::bigint * 86400000 GROUP BY 1
            ), blobs AS (
              SELECT floor(extract(epoch FROM created_at) / 86400)::bigint AS day, count(*) AS number,
                sum(blob_size)::bigint AS bytes
              FROM user_sync_data WHERE created_at >= to_timestamp($2::bigint * 86400) GROUP BY 1
            )
            SELECT day, coalesce(accounts.number, 0) AS accounts, coalesce(invites.number, 0) AS invites,
              coalesce(blobs.number, 0) AS blobs, coalesce(blobs.bytes, 0) AS blob_bytes
            FROM generate_series($2::bigint, $1::bigint) AS day
            LEFT JOIN accounts USING (day) LEFT JOIN invites USING (day) LEFT JOIN blobs USING (day)
            ORDER BY day
            """;

    private static final String BLOB_SIZES = """
            SELECT up_to, count(blob_size) AS blobs, coalesce(sum(blob_size), 0)::bigint AS bytes
            FROM unnest($1::int[]) WITH ORDINALITY AS class (up_to, number)
            LEFT JOIN user_sync_data ON width_bucket(blob_size - 1, $1::int[]) = number - 1
            GROUP BY up_to
            ORDER BY up_to
            """;

    /** The last one is the largest blob that the table takes. */
    private static final Integer[] SIZE_CLASSES = {1_024, 4_096, 16_384, 65_536, 262_144, 1_000_000};

    private final ReadReplica replica;
    private final Clock clock;

    StorageView(ReadReplica replica, Clock clock) {
        this.replica = replica;
        this.clock = clock;
    }

    /**
     * Of one moment.
     *
     * @param indexes of the tables, the largest of each table first; for the page alone
     */
    @JsonNaming(SnakeCaseStrategy.class)
    @RegisterForReflection
    public record Storage(
            List<Table> tables,
            List<Day> growth,
            List<SizeClass> blobSizes,
            long databaseBytes,
            @JsonIgnore List<Index> indexes) {}

    /**
     * One table.
     *
     * @param rows as they are now, not estimated
     * @param tableBytes without indexes, with what is stored out of line
     * @param indexBytes of all its indexes
     */
    @JsonNaming(SnakeCaseStrategy.class)
    @RegisterForReflection
    public record Table(String name, long rows, long tableBytes, long indexBytes) {}

    /** One index of one of the tables. */
    public record Index(String name, String table, long bytes) {}

    /**
     * What one day (UTC) added, of that which is still there; the last 30 days, the oldest first, without gaps.
     *
     * @param blobBytes the size of the blobs first stored that day
     */
    @JsonNaming(SnakeCaseStrategy.class)
    @RegisterForReflection
    public record Day(LocalDate day, long accounts, long invites, long blobs, long blobBytes) {}

    /** Blobs of a size up to {@code upTo} bytes and above the class before; every class is there, the smallest first. */
    @JsonNaming(SnakeCaseStrategy.class)
    @RegisterForReflection
    public record SizeClass(int upTo, long blobs, long bytes) {}

    /** Counts. At most a second for 100 000 accounts. */
    public Uni<Storage> look() {
        long today = clock.millis() / Duration.ofDays(1).toMillis();
        return replica.inTransaction(
                ONE_SNAPSHOT,
                connection -> Uni.combine()
                        .all()
                        .unis(
                                list(connection, STORAGE_TABLES, TABLES, Tuple.tuple(), StorageView::table),
                                list(connection, STORAGE_INDEXES, INDEXES, Tuple.tuple(), StorageView::index),
                                list(
                                        connection,
                                        STORAGE_GROWTH,
                                        GROWTH,
                                        Tuple.of(today, today - DAYS + 1),
                                        StorageView::day),
                                list(
                                        connection,
                                        STORAGE_BLOB_SIZES,
                                        BLOB_SIZES,
                                        Tuple.of(SIZE_CLASSES),
                                        StorageView::sizeClass),
                                sizes(connection))
                        // one after another: they share the connection
                        .usingConcurrencyOf(1)
                        .with((tables, indexes, growth, classes, sizes) -> new Storage(
                                sizes.tables(tables), growth, classes, sizes.bytes(), sizes.indexes(indexes))));
    }

    /**
     * The sizes of one moment that depend on where the rows are.
     *
     * @param bytes of the database, on all servers
     * @param onWorkers bytes of what Citus has distributed, by name; empty without Citus
     */
    private record Sizes(long bytes, Map<String, Long> onWorkers) {

        List<Table> tables(List<Table> local) {
            return local.stream().map(this::table).toList();
        }

        private Table table(Table local) {
            Long bytes = onWorkers.get(local.name());
            if (bytes == null) {
                return local;
            }
            long indexes =
                    onWorkers.values().stream().mapToLong(Long::longValue).sum() - bytes;
            return new Table(local.name(), local.rows(), bytes, indexes);
        }

        List<Index> indexes(List<Index> local) {
            return local.stream()
                    .map(index ->
                            new Index(index.name(), index.table(), onWorkers.getOrDefault(index.name(), index.bytes())))
                    .toList();
        }
    }

    private static Uni<Sizes> sizes(SqlConnection connection) {
        return STORAGE_DATABASE
                .execute(connection, DATABASE)
                .map(rows -> rows.iterator().next())
                .chain(here -> here.getBoolean("citus")
                        ? onWorkers(connection).map(there -> {
                            long elsewhere = there.remove("");
                            return new Sizes(here.getLong("bytes") + elsewhere, there);
                        })
                        : Uni.createFrom().item(new Sizes(here.getLong("bytes"), Map.of())));
    }

    private static Uni<Map<String, Long>> onWorkers(SqlConnection connection) {
        return STORAGE_DISTRIBUTED.execute(connection, ON_WORKERS).map(rows -> {
            Map<String, Long> bytes = new HashMap<>();
            rows.forEach(row -> bytes.put(row.getString("name"), Objects.requireNonNullElse(row.getLong("bytes"), 0L)));
            return bytes;
        });
    }

    private static <T> Uni<List<T>> list(
            SqlConnection connection, Statement statement, String sql, Tuple values, Function<Row, T> mapping) {
        return statement
                .execute(connection, sql, values)
                .map((RowSet<Row> rows) -> StreamSupport.stream(rows.spliterator(), false)
                        .map(mapping)
                        .toList());
    }

    private static Table table(Row row) {
        return new Table(
                row.getString("name"), row.getLong("rows"), row.getLong("table_bytes"), row.getLong("index_bytes"));
    }

    private static Index index(Row row) {
        return new Index(row.getString("name"), row.getString("table_name"), row.getLong("bytes"));
    }

    private static Day day(Row row) {
        return new Day(
                LocalDate.ofEpochDay(row.getLong("day")),
                row.getLong("accounts"),
                row.getLong("invites"),
                row.getLong("blobs"),
                row.getLong("blob_bytes"));
    }

    private static SizeClass sizeClass(Row row) {
        return new SizeClass(row.getInteger("up_to"), row.getLong("blobs"), row.getLong("bytes"));
    }
}
