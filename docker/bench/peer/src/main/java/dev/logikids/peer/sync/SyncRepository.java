package dev.logikids.peer.sync;

import io.r2dbc.spi.Readable;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.UUID;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Mono;

@Repository
class SyncRepository {

    private static final String INSERT = """
            INSERT INTO user_sync_data AS stored
              (user_id, encrypted_blob, iv, "timestamp", checksum, created_at, last_accessed, blob_size, version)
            VALUES (:userId, :blob, :iv, :timestamp, :checksum, :now, :now, :size, 1)
            """;
    private static final String TAG = " version, \"timestamp\", created_at ";

    private final DatabaseClient database;
    private final Clock clock;

    SyncRepository(DatabaseClient database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    record Stored(SyncData data, String etag) {}

    Mono<Stored> find(UUID userId) {
        return database.sql(
                        "SELECT encrypted_blob, iv, checksum," + TAG + "FROM user_sync_data WHERE user_id = :userId")
                .bind("userId", userId)
                .map(row -> new Stored(
                        new SyncData(
                                row.get("encrypted_blob", String.class),
                                row.get("iv", String.class),
                                row.get("timestamp", Long.class),
                                row.get("checksum", String.class)),
                        etag(row)))
                .one();
    }

    /** The ETag without reading the blob. */
    Mono<String> findTag(UUID userId) {
        return database.sql("SELECT" + TAG + "FROM user_sync_data WHERE user_id = :userId")
                .bind("userId", userId)
                .map(SyncRepository::etag)
                .one();
    }

    /** As {@link #findTag}; nobody else writes the row before the transaction ends. */
    Mono<String> lockTag(UUID userId) {
        return database.sql("SELECT" + TAG + "FROM user_sync_data WHERE user_id = :userId FOR UPDATE")
                .bind("userId", userId)
                .map(SyncRepository::etag)
                .one();
    }

    /** Inserts or overwrites, and returns the new ETag. */
    Mono<String> save(UUID userId, SyncUpload upload) {
        return write(INSERT + """
                ON CONFLICT (user_id) DO UPDATE SET encrypted_blob = excluded.encrypted_blob, iv = excluded.iv,
                  "timestamp" = excluded."timestamp", checksum = excluded.checksum, blob_size = excluded.blob_size,
                  last_accessed = greatest(stored.last_accessed, excluded.last_accessed),
                  version = coalesce(stored.version, 0) + 1
                RETURNING""" + TAG, userId, upload);
    }

    /** Inserts and returns the ETag; empty if there is a row by now. */
    Mono<String> insert(UUID userId, SyncUpload upload) {
        return write(INSERT + "ON CONFLICT (user_id) DO NOTHING RETURNING" + TAG, userId, upload);
    }

    private Mono<String> write(String sql, UUID userId, SyncUpload upload) {
        return database.sql(sql)
                .bind("userId", userId)
                .bind("blob", upload.encryptedBlob())
                .bind("iv", upload.iv())
                .bind("timestamp", upload.timestamp())
                .bind("checksum", upload.checksum().toLowerCase(Locale.ROOT))
                .bind("now", clock.instant())
                .bind("size", upload.decodedSize())
                .map(SyncRepository::etag)
                .one();
    }

    /** The time of creation tells a row from one that was deleted, the timestamp tells writes of the legacy service. */
    private static String etag(Readable row) {
        Long version = row.get("version", Long.class);
        Instant created = row.get("created_at", Instant.class);
        return "\"%d-%d-%d\""
                .formatted(
                        version == null ? 0 : version,
                        row.get("timestamp", Long.class),
                        ChronoUnit.MICROS.between(Instant.EPOCH, created));
    }
}
