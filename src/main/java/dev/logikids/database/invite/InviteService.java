package dev.logikids.database.invite;

import dev.logikids.database.postgresql.Database;
import dev.logikids.database.postgresql.DatabaseFailure.ForeignKeyViolation;
import dev.logikids.database.postgresql.DatabaseFailure.UniqueViolation;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Invite codes: each allows the registration of one account. */
@ApplicationScoped
public class InviteService {

    private static final Duration VALID_FOR = Duration.ofDays(7);
    /** Without letters and digits that are easily confused: I and 1, O and 0. */
    private static final String ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    /** One collision among 2^40 codes is rare, four in a row are a defect. */
    private static final int MORE_TRIES = 3;

    private final Database database;
    private final InviteRepository invites;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();

    InviteService(Database database, InviteRepository invites, Clock clock) {
        this.database = database;
        this.invites = invites;
        this.clock = clock;
    }

    /** How a removal ended. */
    public enum Removal {
        REMOVED,
        UNKNOWN,
        USED_BY_ACCOUNT
    }

    /** Returns the form in which codes are stored and compared. */
    public static String normalised(String code) {
        return code.strip().toUpperCase(Locale.ROOT);
    }

    /** Returns the present state of the code, which may have any letter case and blanks around it. */
    public Uni<InviteState> state(String code) {
        return database.withConnection(connection -> state(connection, code));
    }

    /** As {@link #state(String)}, in the caller's transaction. */
    public Uni<InviteState> state(SqlConnection connection, String code) {
        return invites.find(connection, normalised(code))
                .map(invite -> invite.map(row -> row.state(clock.millis())).orElse(InviteState.UNKNOWN));
    }

    /** Stores a new code, valid for 7 days from now, and returns it. */
    public Uni<InviteRow> create(Optional<String> note) {
        return Uni.createFrom()
                .deferred(() -> {
                    long now = clock.millis();
                    InviteRow invite =
                            new InviteRow(newCode(), now, now + VALID_FOR.toMillis(), note, Optional.empty());
                    return database.withConnection(connection -> invites.insert(connection, invite))
                            .replaceWith(invite);
                })
                .onFailure(UniqueViolation.class)
                .retry()
                .atMost(MORE_TRIES);
    }

    /** Returns every code, the newest first. */
    public Uni<List<InviteRow>> list() {
        return database.withConnection(invites::list);
    }

    /** Removes a code, unless an account was made with it. May be repeated. */
    public Uni<Removal> remove(String code) {
        return database.withConnection(connection -> invites.delete(connection, normalised(code)))
                .map(removed -> removed ? Removal.REMOVED : Removal.UNKNOWN)
                .onFailure(ForeignKeyViolation.class)
                .recoverWithItem(Removal.USED_BY_ACCOUNT);
    }

    private String newCode() {
        StringBuilder code = new StringBuilder("XXXX-XXXX");
        for (int i = 0; i < code.length(); i++) {
            if (code.charAt(i) != '-') {
                code.setCharAt(i, ALPHABET.charAt(random.nextInt(ALPHABET.length())));
            }
        }
        return code.toString();
    }
}
