package dev.logikids.database.invite;

import dev.logikids.database.postgresql.Database;
import dev.logikids.database.postgresql.Page;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Invite codes: each allows the registration of one account. */
@ApplicationScoped
public class InviteService {

    /** How long an invite is valid unless somebody says otherwise. */
    public static final Duration VALID_FOR = Duration.ofDays(7);
    /** The guesses of ADR 13 are bounded for invites of a week; a year is for a class that starts next summer. */
    public static final Duration MAX_VALID_FOR = Duration.ofDays(366);
    /** Time to write it down. */
    public static final Duration MIN_VALID_FOR = Duration.ofMinutes(1);
    /** More than a school class at once. */
    public static final int MAX_COUNT = 100;
    /** Characters; a label, no essay. */
    public static final int MAX_NOTE = 200;

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
        return invites.find(normalised(code)).map(this::state);
    }

    /** As {@link #state(String)}, in the caller's transaction. */
    public Uni<InviteState> state(SqlConnection connection, String code) {
        return invites.find(connection, normalised(code)).map(this::state);
    }

    private InviteState state(Optional<InviteRow> invite) {
        return invite.map(row -> row.state(clock.millis())).orElse(InviteState.UNKNOWN);
    }

    /** Returns the invite of that code, in the caller's transaction. */
    public Uni<Optional<InviteRow>> find(SqlConnection connection, String code) {
        return invites.find(connection, normalised(code));
    }

    /**
     * Stores new codes in the caller's transaction, all or none, and returns them.
     *
     * @param count 1 to {@link #MAX_COUNT}
     * @param note of each, at most {@link #MAX_NOTE} characters
     * @param validFor {@link #MIN_VALID_FOR} to {@link #MAX_VALID_FOR}
     */
    public Uni<List<InviteRow>> create(SqlConnection connection, int count, Optional<String> note, Duration validFor) {
        if (count < 1
                || count > MAX_COUNT
                || validFor.compareTo(MIN_VALID_FOR) < 0
                || validFor.compareTo(MAX_VALID_FOR) > 0
                || note.filter(text -> text.length() > MAX_NOTE).isPresent()) {
            throw new IllegalArgumentException("the caller checks count, note and validity");
        }
        return create(connection, count, note, validFor, MORE_TRIES);
    }

    private Uni<List<InviteRow>> create(
            SqlConnection connection, int count, Optional<String> note, Duration validFor, int moreTries) {
        long now = clock.millis();
        List<InviteRow> made = Stream.generate(this::newCode)
                .distinct()
                .limit(count)
                .map(code -> new InviteRow(code, now, now + validFor.toMillis(), note, Optional.empty()))
                .toList();
        return invites.insert(connection, made).chain(taken -> {
            List<InviteRow> stored = made.stream()
                    .filter(invite -> !taken.contains(invite.code()))
                    .toList();
            if (taken.isEmpty()) {
                return Uni.createFrom().item(stored);
            }
            if (moreTries == 0) {
                throw new IllegalStateException("random codes collide again and again");
            }
            return create(connection, taken.size(), note, validFor, moreTries - 1)
                    .map(more -> Stream.concat(stored.stream(), more.stream()).toList());
        });
    }

    /** Returns the invites of these codes that there are, in the order of the codes. */
    public Uni<List<InviteRow>> find(List<String> codes) {
        return database.withConnection(connection -> invites.find(connection, codes));
    }

    /** Returns one page of the codes. */
    public Uni<Page<InviteRow>> page(InviteQuery query) {
        return database.withConnection(connection -> invites.page(connection, query, clock.millis()));
    }

    /** Removes a code in the caller's transaction, unless an account was made with it. May be repeated. */
    public Uni<Removal> remove(SqlConnection connection, String code) {
        return invites.lock(connection, normalised(code)).chain(known -> {
            if (!known) {
                return Uni.createFrom().item(Removal.UNKNOWN);
            }
            return invites.delete(connection, normalised(code))
                    .map(removed -> removed ? Removal.REMOVED : Removal.USED_BY_ACCOUNT);
        });
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
