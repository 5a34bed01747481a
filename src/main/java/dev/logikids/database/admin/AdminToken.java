package dev.logikids.database.admin;

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
import java.security.MessageDigest;
import java.util.Optional;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.Config;
import org.jboss.logging.Logger;

/**
 * The secret of operators: ADMIN_TOKEN, or the file named by ADMIN_TOKEN_FILE. That may be empty, because manifests name it once and
 * for all; a missing one is warned of. In dev mode and tests {@link #DEVELOPMENT} takes its place if there is none.
 */
@ApplicationScoped
class AdminToken {

    private static final Logger LOG = Logger.getLogger(AdminToken.class);

    /** Everybody can read it here: AdminGuard takes it from the own machine only. */
    static final String DEVELOPMENT = "logikids-development-admin-token";

    /** Characters: of random letters and digits nobody guesses so many. */
    static final int MIN_LENGTH = 32;

    private static final String NAME = "ADMIN_TOKEN";
    private static final String FILE = NAME + "_FILE";

    /** RFC 9110, 5.5: what a header can carry, without blanks, which people cannot see. */
    private static final Pattern VISIBLE = Pattern.compile("[\\x21-\\x7e]+");

    private final Config config;
    private volatile Optional<String> token = Optional.empty();

    AdminToken(Config config) {
        this.config = config;
    }

    /** Ends the start of a service with a bad token, before anything connects to the database. */
    void load(@Observes @Priority(1) StartupEvent start) {
        // a command signs nobody in
        if (!ConfigUtils.isProfileActive("command")) {
            read(LaunchMode.current().isDevOrTest());
        }
    }

    /** @param development whether {@link #DEVELOPMENT} takes the place of a token that is not set */
    void read(boolean development) {
        token = configured(development).or(() -> Optional.of(DEVELOPMENT).filter(text -> development));
    }

    boolean isSet() {
        return token.isPresent();
    }

    /** Whether it is the one that everybody can read. */
    boolean isForDevelopment() {
        return token.filter(DEVELOPMENT::equals).isPresent();
    }

    /** Whether that is the token; takes as long for any other text of the same length. */
    boolean equalsInConstantTime(String presented) {
        return MessageDigest.isEqual(Digest.sha256(presented), Digest.sha256(token.orElse(""))) && token.isPresent();
    }

    /** For {@link AdminGuard#derivedKey}. */
    Optional<byte[]> bytes() {
        return token.map(text -> text.getBytes(StandardCharsets.UTF_8));
    }

    private Optional<String> configured(boolean development) {
        Optional<String> direct = text(NAME);
        Optional<String> path = text(FILE);
        if (direct.isPresent() && path.isPresent()) {
            throw new ConfigurationException(
                    NAME + " and " + FILE + " are both set: which token is meant? Unset one of them");
        }
        String source = path.isPresent() ? FILE : NAME;
        Optional<String> found = direct.or(() -> path.flatMap(AdminToken::content));
        found.ifPresent(text -> require(source, text, development));
        return found;
    }

    private static void require(String source, String token, boolean development) {
        if (!VISIBLE.matcher(token).matches()) {
            throw new ConfigurationException(source
                    + ": the token must consist of letters, digits and signs of ASCII, without blanks or line breaks");
        }
        if (token.length() < MIN_LENGTH && !development) {
            throw new ConfigurationException(source + " is too short: " + token.length() + " characters, at least "
                    + MIN_LENGTH + " are needed, for example from: openssl rand -hex 32");
        }
        if (token.equals(DEVELOPMENT) && !development) {
            throw new ConfigurationException(
                    source + " is the token of dev mode, which everybody knows: make one with openssl rand -hex 32");
        }
    }

    private Optional<String> text(String name) {
        // the raw value: a secret may hold ${…}, which is no expression
        return Optional.ofNullable(config.getConfigValue(name).getRawValue()).filter(text -> !text.isEmpty());
    }

    private static Optional<String> content(String path) {
        try {
            Path file = Path.of(path);
            if (Files.notExists(file)) {
                LOG.warnf(
                        "%s: there is no file %s, so nobody signs in with a token: write the token into it, or make it"
                                + " an empty file if that is meant",
                        FILE, path);
                return Optional.empty();
            }
            return Optional.of(Files.readString(file).stripTrailing()).filter(text -> !text.isEmpty());
        } catch (IOException | InvalidPathException e) {
            throw new ConfigurationException(FILE + " cannot be read: " + path);
        }
    }
}
