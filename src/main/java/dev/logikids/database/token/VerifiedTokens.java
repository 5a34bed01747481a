package dev.logikids.database.token;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.logikids.database.digest.Digest;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * The claims of access tokens whose signature was good, so that it is verified once: a client sends the same token for an
 * hour, with every request. Keeps each for at most that hour, in at most an eighth of the heap; past that, those that are sent
 * least often are verified again. Safe for use by several threads.
 */
final class VerifiedTokens {

    /** Measured: 300 bytes of an entry, and some room. With 256 MB of heap, those of 100,000 users. */
    static final int HEAP_BYTES_PER_TOKEN = 2_560;

    private final Cache<Key, AccessClaims> claims;

    /** @param heapBytes the largest size of the heap */
    VerifiedTokens(long heapBytes) {
        this.claims = Caffeine.newBuilder()
                .maximumSize(heapBytes / HEAP_BYTES_PER_TOKEN)
                .expireAfterWrite(AccessTokens.LIFETIME)
                // its maintenance is short and needs no other thread
                .executor(Runnable::run)
                .build();
    }

    /** Returns what the token says; empty if it has to be verified. Its times may have passed. */
    Optional<AccessClaims> claims(String token) {
        return Optional.ofNullable(claims.getIfPresent(Key.of(token)));
    }

    /** @param token whose signature is good */
    void add(String token, AccessClaims said) {
        claims.put(Key.of(token), said);
    }

    /** The SHA-256 of a token: a fifth of its size, and nobody can make another token with the same one. */
    private record Key(long first, long second, long third, long fourth) {

        static Key of(String token) {
            ByteBuffer hash = ByteBuffer.wrap(Digest.sha256(token));
            return new Key(hash.getLong(), hash.getLong(), hash.getLong(), hash.getLong());
        }

        @Override
        public String toString() {
            return "Key[***]";
        }
    }
}
