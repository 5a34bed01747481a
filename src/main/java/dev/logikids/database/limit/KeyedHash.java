package dev.logikids.database.limit;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.UUID;
import java.util.function.Supplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Names somebody in a way that only holders of the key can follow: what the database keeps of an address or a user id. */
public final class KeyedHash {

    private static final String ALGORITHM = "HmacSHA256";

    private final Supplier<byte[]> key;

    /** @param key the same on every replica; asked for at each use, because it is there only once the service starts */
    public KeyedHash(Supplier<byte[]> key) {
        this.key = key;
    }

    /** Returns the first 128 bits of the HMAC-SHA256 of the text. */
    UUID of(String text) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key.get(), ALGORITHM));
            ByteBuffer hash = ByteBuffer.wrap(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
            return new UUID(hash.getLong(), hash.getLong());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HmacSHA256 is part of every JDK", e);
        }
    }
}
