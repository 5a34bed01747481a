package dev.logikids.peer.token;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.springframework.stereotype.Component;

/** The texts of refresh tokens, as the service has them: the database holds hashes only. */
@Component
class RefreshTokens {

    private static final String HASHED = "sha256:";

    private final SecureRandom random = new SecureRandom();
    private final SecretKey rotationKey;

    RefreshTokens(SecretKey jwtKey) {
        byte[] purpose = "logikids-database: child of a refresh token".getBytes(StandardCharsets.UTF_8);
        this.rotationKey = new SecretKeySpec(mac(jwtKey, purpose), "HmacSHA512");
    }

    String random() {
        byte[] bytes = new byte[64];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /** The token that replaces this one, always the same: within the grace it can be returned again. */
    String child(String token) {
        return HexFormat.of().formatHex(mac(rotationKey, token.getBytes(StandardCharsets.UTF_8)));
    }

    String hash(String token) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
            return HASHED + HexFormat.of().formatHex(hash);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What the legacy service stored: the token in clear. A stored hash presented as a token never matches. */
    String legacy(String token) {
        return token.startsWith(HASHED) ? hash(token) : token;
    }

    private static byte[] mac(SecretKey key, byte[] content) {
        try {
            Mac mac = Mac.getInstance(key.getAlgorithm());
            mac.init(key);
            return mac.doFinal(content);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
