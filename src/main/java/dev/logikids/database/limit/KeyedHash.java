package dev.logikids.database.limit;

import dev.logikids.database.digest.Digest;
import java.nio.ByteBuffer;
import java.util.UUID;
import java.util.function.Supplier;

/** Names somebody in a way that only holders of the key can follow: what the database keeps of an address or a user id. */
public final class KeyedHash {

    private final Supplier<byte[]> key;

    /** @param key the same on every replica; asked for at each use, because it is there only once the service starts */
    public KeyedHash(Supplier<byte[]> key) {
        this.key = key;
    }

    /** Returns the first 128 bits of the HMAC-SHA256 of the text. */
    UUID of(String text) {
        ByteBuffer hash = ByteBuffer.wrap(Digest.hmac(key.get(), text));
        return new UUID(hash.getLong(), hash.getLong());
    }
}
