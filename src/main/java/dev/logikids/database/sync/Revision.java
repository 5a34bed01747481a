package dev.logikids.database.sync;

import dev.logikids.database.digest.Digest;
import io.vertx.mutiny.sqlclient.Row;
import java.util.HexFormat;
import java.util.Optional;

/**
 * What tells the states of a user's data apart: the parts of its entity tag.
 *
 * <p>The tag has to change with every change of the content, whichever service makes it. This service counts its writes in
 * {@code version}, so two uploads never share a tag even if a client repeats iv and timestamp. The legacy service does not
 * count, but a new upload has a new random iv and a new timestamp: they are part of the tag, and so is created_at, for a row
 * that was deleted and created again. Not part of it are the checksum, which only the client computes, last_accessed, which
 * reads change, and the row's xmin, which changes with it and is lost in a dump. Repeating an upload exactly keeps the tag.
 * The parts are hashed so that no client relies on them.
 *
 * @param version 0 if the legacy service made the row
 * @param created created_at in seconds since epoch, with the six decimals that PostgreSQL writes
 */
record Revision(long version, String iv, long timestamp, int blobSize, String created) {

    // of functions that no session setting changes, which a distributed table may be asked for too
    private static final String CREATED = "extract(epoch FROM stored.created_at AT TIME ZONE 'UTC')::text";

    /** What {@link #of} reads of the row called {@code stored}. */
    static final String COLUMNS = """
            stored.version, stored.iv, stored."timestamp", stored.blob_size, %s AS created""".formatted(CREATED);

    /** {@link #etag} of the row called {@code stored}, for a statement that compares it. */
    static final String ETAG = """
            left(encode(sha256((coalesce(stored.version, 0)::text || '.' || stored.iv || '.' || stored."timestamp"::text
              || '.' || stored.blob_size::text || '.' || %s)::bytea), 'hex'), 32)""".formatted(CREATED);

    private static final int TAG_BYTES = 16;

    /** Reads {@link #COLUMNS}; empty if they are those of no row. */
    static Optional<Revision> of(Row row) {
        String created = row.getString("created");
        if (created == null) {
            return Optional.empty();
        }
        Long version = row.getLong("version");
        return Optional.of(new Revision(
                version == null ? 0 : version,
                row.getString("iv"),
                row.getLong("timestamp"),
                row.getInteger("blob_size"),
                created));
    }

    /** Returns the entity tag, unquoted: clients keep it, so its form never changes. */
    String etag() {
        String parts = version + "." + iv + "." + timestamp + "." + blobSize + "." + created;
        return HexFormat.of().formatHex(Digest.sha256(parts), 0, TAG_BYTES);
    }

    @Override
    public String toString() {
        return "Revision[" + version + "]";
    }
}
