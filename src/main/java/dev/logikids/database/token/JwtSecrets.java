package dev.logikids.database.token;

import dev.logikids.database.digest.Digest;
import io.quarkus.runtime.LaunchMode;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigUtils;
import io.quarkus.runtime.configuration.ConfigurationException;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.eclipse.microprofile.config.Config;

/**
 * The shared secret that signs access tokens (JWT_SECRET or JWT_SECRET_FILE), and the previous one
 * (JWT_SECRET_PREVIOUS or JWT_SECRET_PREVIOUS_FILE), which is accepted while a new secret is rolled out.
 */
@ApplicationScoped
public class JwtSecrets {

    /** RFC 7518, 3.2: the key is at least as long as the hash. */
    static final int MIN_BYTES = 32;

    private static final String PREVIOUS = "JWT_SECRET_PREVIOUS";

    private final Config config;
    private volatile List<SecretKey> keys = List.of();

    JwtSecrets(Config config) {
        this.config = config;
    }

    /** Ends the start of a service without its secret, before anything connects to the database. */
    void load(@Observes @Priority(1) StartupEvent start) {
        // a command signs and verifies no token
        if (!ConfigUtils.isProfileActive("command")) {
            keys = Stream.of(current(), previous()).flatMap(Optional::stream).toList();
        }
    }

    /** The key that signs. */
    SecretKey signing() {
        return keys.get(0);
    }

    /** Every key that a token may be signed with, first the one that signs. */
    List<SecretKey> accepted() {
        return keys;
    }

    /**
     * Returns 256 bits that only holders of the secret can know, and that say nothing about it: HMAC-SHA256.
     *
     * @param purpose a constant text; another one for every use
     */
    public byte[] derived(String purpose) {
        return Digest.hmac(signing().getEncoded(), purpose);
    }

    private Optional<SecretKey> current() {
        Optional<SecretKey> secret = read("JWT_SECRET");
        if (secret.isPresent()) {
            return secret;
        }
        if (LaunchMode.current() == LaunchMode.NORMAL && !ConfigUtils.isProfileActive("embedded")) {
            throw new ConfigurationException(
                    "JWT_SECRET is not set: give the secret that signs access tokens, at least " + MIN_BYTES
                            + " bytes, in JWT_SECRET or in a file named by JWT_SECRET_FILE");
        }
        // for dev mode, tests and serve --embedded: every start logs everybody out
        byte[] random = new byte[MIN_BYTES];
        new SecureRandom().nextBytes(random);
        return Optional.of(key(random));
    }

    /** None also if its file is missing or empty: manifests name it once and for all. */
    private Optional<SecretKey> previous() {
        boolean none = text(PREVIOUS + "_FILE")
                .map(Path::of)
                .filter(file -> Files.notExists(file)
                        || content(PREVIOUS + "_FILE", file.toString()).isEmpty())
                .isPresent();
        return none ? Optional.empty() : read(PREVIOUS);
    }

    private Optional<SecretKey> read(String name) {
        return text(name)
                .or(() -> text(name + "_FILE").map(path -> content(name + "_FILE", path)))
                .map(text -> {
                    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
                    if (bytes.length < MIN_BYTES) {
                        throw new ConfigurationException(name + " is too short: " + bytes.length + " bytes, at least "
                                + MIN_BYTES + " are needed");
                    }
                    return key(bytes);
                });
    }

    private Optional<String> text(String name) {
        // the raw value: a secret may hold ${…}, which is no expression
        return Optional.ofNullable(config.getConfigValue(name).getRawValue()).filter(text -> !text.isEmpty());
    }

    private static String content(String name, String path) {
        try {
            String text = Files.readString(Path.of(path));
            return text.endsWith("\r\n")
                    ? text.substring(0, text.length() - 2)
                    : text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
        } catch (IOException | InvalidPathException e) {
            throw new ConfigurationException(name + " cannot be read: " + path);
        }
    }

    private static SecretKey key(byte[] bytes) {
        return new SecretKeySpec(bytes, "HmacSHA256");
    }
}
