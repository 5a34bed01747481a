package dev.logikids.database.admin;

import dev.logikids.database.postgresql.Page;
import dev.logikids.database.postgresql.Page.Cursor;
import dev.logikids.database.user.UserId;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The append-only table {@code admin_audit}: who did what, when, from where. */
@ApplicationScoped
public class Audit {

    /** What operators do. */
    public enum Action {
        SIGN_IN,
        SIGN_OUT,
        CREATE_INVITES,
        REMOVE_INVITE,
        REVOKE_ACCOUNT,
        RESTORE_ACCOUNT,
        END_SESSIONS,
        END_SESSION,
        EXPORT_ACCOUNT,
        ERASE_ACCOUNT,
        CLEAN_UP;

        /** As the table and the metric have it. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** How it ended. */
    public enum Outcome {
        /** As asked. */
        DONE,
        /** Nothing was changed: no such account, a code that an account uses, a wrong token. */
        REFUSED,
        /** Nothing was changed, because of an error. */
        FAILED;

        /** As the table and the metric have it. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * One row.
     *
     * @param subject a pseudonym such as {@code account:} and 32 hex digits; empty if the action has none
     * @param before how many rows of each kind there were that it concerns
     * @param after how many there were afterwards
     */
    public record Entry(
            long id,
            Instant at,
            Operator operator,
            Action action,
            String subject,
            Outcome outcome,
            Map<String, Long> before,
            Map<String, Long> after) {}

    /**
     * Which rows a page lists, the newest first; what is empty does not matter.
     *
     * @param operator the exact name
     * @param subject exactly, see {@link #subjectOf(UserId)}
     * @param size 1 to {@link Page#MAX_SIZE}
     */
    public record Query(
            Optional<Action> action,
            Optional<Outcome> outcome,
            Optional<String> operator,
            Optional<String> subject,
            Optional<Cursor> after,
            int size) {}

    /** Returns how the audit names an account, without its id, which is the credential of its user. */
    public static String subjectOf(UserId userId) {
        return "account:";
    }

    /** Returns how the audit names an invite, without its code. */
    public static String subjectOf(String inviteCode) {
        return "invite:";
    }

    /** Returns one page of the rows. */
    public Uni<Page<Entry>> page(Query query) {
        return Uni.createFrom().item(new Page<>(List.of(), Optional.empty()));
    }
}
