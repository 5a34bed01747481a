import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.SplittableRandom;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Users whose blobs have the same size. User n has the invite code {@code PREFIX-n} and the id that its MD5 makes: spread over
 * the indexes as random ids are, and computed alike here, in the seed and by pgbench.
 *
 * @param characters length of a blob as base64
 */
record Group(String prefix, int users, int characters) {

    private static final long TOKEN_SECONDS = 24 * 3600;

    static Group ofUsers(int users) {
        return new Group("USER", users, 10_240);
    }

    /** The largest blobs that the API accepts. */
    static Group large() {
        return new Group("LARGE", 16, 1_000_000);
    }

    String code(int n) {
        return prefix + "-" + n;
    }

    String id(int n) {
        return uuid(code(n));
    }

    static String uuid(String text) {
        byte[] hash = digest("MD5", text);
        return new UUID(ByteBuffer.wrap(hash).getLong(), ByteBuffer.wrap(hash).getLong(8)).toString();
    }

    static String sha512(String text) {
        return HexFormat.of().formatHex(digest("SHA-512", text));
    }

    private static byte[] digest(String algorithm, String text) {
        try {
            return MessageDigest.getInstance(algorithm).digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** An access token as the service issues them, except that it lives a day: longer than the kit runs. */
    String accessToken(int n) {
        long now = System.currentTimeMillis() / 1000;
        String head = base64url("{\"alg\":\"HS256\",\"typ\":\"JWT\"}") + "."
                + base64url("{\"userId\":\"%s\",\"inviteCode\":\"%s\",\"iat\":%d,\"exp\":%d}"
                        .formatted(id(n), code(n), now, now + TOKEN_SECONDS));
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(Service.SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return head + "."
                    + Base64.getUrlEncoder()
                            .withoutPadding()
                            .encodeToString(mac.doFinal(head.getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String base64url(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Random bytes as base64: like ciphertext, nothing of it can be compressed. */
    String blob(SplittableRandom random) {
        byte[] bytes = new byte[characters / 4 * 3];
        random.nextBytes(bytes);
        return Base64.getEncoder().encodeToString(bytes);
    }
}
