package dev.logikids.database.console;

import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import org.eclipse.microprofile.config.Config;

/** What the console seals with. */
@ApplicationScoped
class Secrets {

    private static final SecureRandom RANDOM = new SecureRandom();

    private final byte[] root;

    Secrets(Config config) {
        this.root = String.valueOf(config.getConfigValue("ADMIN_TOKEN").getRawValue())
                .getBytes(StandardCharsets.UTF_8);
    }

    Seal seal(String purpose) {
        return new Seal(root, purpose);
    }

    /** The token in the forms of one session. */
    String csrfToken(Session session) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(Seal.derive(root, "csrf " + session.id()));
    }

    static String newId() {
        byte[] id = new byte[16];
        RANDOM.nextBytes(id);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(id);
    }
}
