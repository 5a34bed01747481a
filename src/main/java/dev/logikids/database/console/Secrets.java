package dev.logikids.database.console;

import dev.logikids.database.admin.AdminGuard;
import dev.logikids.database.digest.Digest;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.SecureRandom;
import java.util.Base64;

/** What the console seals and signs with: keys that end with the ADMIN_TOKEN. */
@ApplicationScoped
class Secrets {

    private static final int ID_BYTES = 16;

    private final AdminGuard guard;

    Secrets(AdminGuard guard) {
        this.guard = guard;
    }

    /** @param purpose a constant text; what is sealed for one is not opened for another */
    Seal seal(String purpose) {
        return new Seal(guard.derivedKey("console " + purpose));
    }

    /** Returns the token in the forms of one session. */
    String csrfToken(Session session) {
        return text(Digest.hmac(guard.derivedKey("console csrf").getEncoded(), session.id()));
    }

    /** Returns a new random id. */
    static String newId() {
        byte[] id = new byte[ID_BYTES];
        new SecureRandom().nextBytes(id);
        return text(id);
    }

    private static String text(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
