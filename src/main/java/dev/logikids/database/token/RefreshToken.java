package dev.logikids.database.token;

import dev.logikids.database.digest.Digest;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/** The text of a refresh token. Only its client holds it; the database holds its hash. */
public record RefreshToken(String text) {

    static final Duration LIFETIME = Duration.ofDays(365);

    /** A prefix that no token has, so that a leaked hash cannot be used as a token. */
    private static final String HASHED = "sha256:";

    private static final int BYTES = 64;
    private static final byte[] ROTATION =
            "logikids-database: child of a refresh token".getBytes(StandardCharsets.UTF_8);

    /** A new token: 64 random bytes as 128 lower-case hex characters. */
    public static RefreshToken random() {
        byte[] bytes = new byte[BYTES];
        // not a constant: a native executable would keep the state of its build
        new SecureRandom().nextBytes(bytes);
        return new RefreshToken(HexFormat.of().formatHex(bytes));
    }

    /**
     * Returns the token that replaces this one: always the same for the same secret, so that it can be returned again
     * although only its hash is stored. Without the secret it cannot be computed.
     */
    RefreshToken child(SecretKey secret) {
        // a separate key: no signature of an access token is ever a refresh token
        SecretKey key = new SecretKeySpec(mac("HmacSHA256", secret, ROTATION), "HmacSHA512");
        return new RefreshToken(HexFormat.of().formatHex(mac("HmacSHA512", key, bytes())));
    }

    /** Returns what {@code refresh_tokens.token} holds for this token. */
    String hash() {
        return HASHED + HexFormat.of().formatHex(Digest.sha256(text));
    }

    /** Returns what the legacy service stored: the token in clear, but the hash if that text could be a stored hash. */
    String stored() {
        return text.startsWith(HASHED) ? hash() : text;
    }

    private byte[] bytes() {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] mac(String algorithm, SecretKey key, byte[] content) {
        try {
            Mac mac = Mac.getInstance(algorithm);
            mac.init(key);
            return mac.doFinal(content);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public String toString() {
        return "RefreshToken[***]";
    }
}
