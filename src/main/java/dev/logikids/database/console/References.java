package dev.logikids.database.console;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;

/**
 * What the URLs of the console name invites, accounts and places in lists by. User ids, codes and notes must not be in one, for
 * browsers and proxies keep them; so they are sealed, and good for the session that they were made for.
 */
@ApplicationScoped
class References {

    private final Secrets secrets;

    References(Secrets secrets) {
        this.secrets = secrets;
    }

    /** What a reference leads to. */
    enum Kind {
        INVITE,
        INVITE_LIST,
        INVITE_CARDS,
        ACCOUNT,
        ACCOUNT_LIST
    }

    String seal(Page page, Kind kind, String text) {
        return sealOf(page, kind).close(text);
    }

    /** Returns the text; empty if the reference is no such one of this session. */
    Optional<String> open(Page page, Kind kind, String reference) {
        return reference == null ? Optional.empty() : sealOf(page, kind).open(reference);
    }

    private Seal sealOf(Page page, Kind kind) {
        return secrets.seal("reference " + kind + " " + page.session().id());
    }
}
