package dev.logikids.database.admin;

import dev.logikids.database.account.AccountService;
import dev.logikids.database.account.Erased;
import dev.logikids.database.admin.Audit.Action;
import dev.logikids.database.admin.Audit.Draft;
import dev.logikids.database.admin.Audit.Outcome;
import dev.logikids.database.cleanup.Cleanup;
import dev.logikids.database.invite.InviteRow;
import dev.logikids.database.invite.InviteService;
import dev.logikids.database.invite.InviteService.Removal;
import dev.logikids.database.postgresql.Database;
import dev.logikids.database.postgresql.DatabaseFailure;
import dev.logikids.database.postgresql.ReadReplica;
import dev.logikids.database.postgresql.TransactionOptions;
import dev.logikids.database.postgresql.TransactionOptions.Isolation;
import dev.logikids.database.user.UserId;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jboss.logging.Logger;

/**
 * Everything that operators change, by console, {@code /api/admin} or command. Each action and its row in the audit are one
 * transaction: neither is there without the other. An action that fails is rolled back, and leaves a row that says so as far
 * as the database still takes one.
 */
@ApplicationScoped
public class AdminActions {

    private static final Logger LOG = Logger.getLogger(AdminActions.class);

    private static final TransactionOptions ONE_SNAPSHOT =
            TransactionOptions.DEFAULT.withIsolation(Isolation.REPEATABLE_READ);

    private static final Erased NOTHING = new Erased(0, 0, 0);

    private final Database database;
    private final ReadReplica replica;
    private final InviteService invites;
    private final AccountService accounts;
    private final Cleanup cleanup;
    private final Audit audit;

    AdminActions(
            Database database,
            ReadReplica replica,
            InviteService invites,
            AccountService accounts,
            Cleanup cleanup,
            Audit audit) {
        this.database = database;
        this.replica = replica;
        this.invites = invites;
        this.accounts = accounts;
        this.cleanup = cleanup;
        this.audit = audit;
    }

    /**
     * Stores new codes, all or none, and returns them.
     *
     * @param count 1 to {@link InviteService#MAX_COUNT}
     * @param note of each, at most {@link InviteService#MAX_NOTE} characters
     * @param validFor {@link InviteService#MIN_VALID_FOR} to {@link InviteService#MAX_VALID_FOR}, usually
     *     {@link InviteService#VALID_FOR}
     */
    public Uni<List<InviteRow>> createInvites(Operator operator, int count, Optional<String> note, Duration validFor) {
        // several codes have no subject of their own: invite_codes.created_at leads to the row
        return audited(
                operator,
                Action.CREATE_INVITES,
                "",
                connection -> invites.create(connection, count, note, validFor)
                        .map(made -> new Done<>(
                                made,
                                made.size() == 1 ? Audit.subjectOf(made.get(0).code()) : "",
                                Outcome.DONE,
                                Map.of("invites", 0L),
                                Map.of("invites", (long) made.size()))));
    }

    /** Removes a code, unless an account was made with it. May be repeated. */
    public Uni<Removal> removeInvite(Operator operator, String code) {
        String subject = Audit.subjectOf(code);
        return audited(
                operator,
                Action.REMOVE_INVITE,
                subject,
                connection -> invites.remove(connection, code)
                        .map(removal -> new Done<>(
                                removal,
                                subject,
                                removal == Removal.REMOVED ? Outcome.DONE : Outcome.REFUSED,
                                Map.of("invites", removal == Removal.UNKNOWN ? 0L : 1L),
                                Map.of("invites", removal == Removal.USED_BY_ACCOUNT ? 1L : 0L))));
    }

    /** Blocks the account at once and ends its sessions; returns the ids it applied to, none if unknown. May be repeated. */
    public Uni<List<UserId>> revokeAccount(Operator operator, UserId userId) {
        return onAccount(
                operator,
                Action.REVOKE_ACCOUNT,
                userId,
                connection -> accounts.revoke(connection, userId)
                        .map(affected -> new OnAccount<>(
                                affected.accounts(),
                                !affected.accounts().isEmpty(),
                                Map.of("active_accounts", (long) affected.changed(), "sessions", (long)
                                        affected.sessions()),
                                Map.of("active_accounts", 0L, "sessions", 0L))));
    }

    /** Unblocks the account, which needs a new login; returns the ids it applied to, none if unknown. May be repeated. */
    public Uni<List<UserId>> restoreAccount(Operator operator, UserId userId) {
        return onAccount(
                operator,
                Action.RESTORE_ACCOUNT,
                userId,
                connection -> accounts.restore(connection, userId)
                        .map(affected -> new OnAccount<>(
                                affected.accounts(),
                                !affected.accounts().isEmpty(),
                                Map.of(
                                        "active_accounts",
                                        (long) affected.accounts().size() - affected.changed()),
                                Map.of("active_accounts", (long)
                                        affected.accounts().size()))));
    }

    /** Ends every session; returns how many were live, empty if there is no such account. May be repeated. */
    public Uni<Optional<Integer>> endSessions(Operator operator, UserId userId) {
        return onAccount(
                operator,
                Action.END_SESSIONS,
                userId,
                connection -> accounts.endSessions(connection, userId)
                        .map(affected -> new OnAccount<>(
                                affected.accounts().isEmpty()
                                        ? Optional.<Integer>empty()
                                        : Optional.of(affected.sessions()),
                                !affected.accounts().isEmpty(),
                                Map.of("sessions", (long) affected.sessions()),
                                Map.of("sessions", 0L))));
    }

    /** Ends one session; returns whether the account has, or had, a session of that id. May be repeated. */
    public Uni<Boolean> endSession(Operator operator, UserId userId, long sessionId) {
        return onAccount(
                operator,
                Action.END_SESSION,
                userId,
                connection -> accounts.endSession(connection, userId, sessionId)
                        .map(affected -> new OnAccount<>(
                                affected.changed() > 0,
                                affected.changed() > 0,
                                Map.of("sessions", (long) affected.sessions()),
                                Map.of("sessions", 0L))));
    }

    /**
     * Returns all that the service holds about the account as JSON text; empty if there is no such account. Audited although
     * it changes nothing, because an operator reads personal data.
     */
    public Uni<Optional<String>> exportAccount(Operator operator, UserId userId) {
        String subject = Audit.subjectOf(userId);
        return exportedByReplica(userId)
                .chain(read -> audited(
                        ONE_SNAPSHOT,
                        operator,
                        Action.EXPORT_ACCOUNT,
                        subject,
                        connection -> upToDate(connection, userId, read).map(exported -> {
                            Map<String, Long> found = Map.of("accounts", exported.isPresent() ? 1L : 0L);
                            return new Done<>(
                                    exported,
                                    subject,
                                    exported.isPresent() ? Outcome.DONE : Outcome.REFUSED,
                                    found,
                                    found);
                        })));
    }

    private Uni<Optional<String>> exportedByReplica(UserId userId) {
        return replica.isSet()
                ? replica.inTransaction(ONE_SNAPSHOT, connection -> accounts.export(connection, userId))
                        .onFailure(DatabaseFailure.class)
                        .recoverWithItem(Optional.empty())
                : Uni.createFrom().item(Optional.empty());
    }

    /** What the replica has read, if anything, may be of an account that has just been made or erased. */
    private Uni<Optional<String>> upToDate(SqlConnection connection, UserId userId, Optional<String> read) {
        return read.isEmpty()
                ? accounts.export(connection, userId)
                : accounts.exists(connection, userId).map(exists -> read.filter(text -> exists));
    }

    /**
     * Removes the account and all its data for good, twins included; empty if there is no such account. Its invite stays spent
     * (ADR 14).
     */
    public Uni<Optional<Erased>> eraseAccount(Operator operator, UserId userId) {
        return onAccount(
                operator,
                Action.ERASE_ACCOUNT,
                userId,
                connection -> accounts.erase(connection, userId)
                        .map(erased -> new OnAccount<>(
                                erased, erased.isPresent(), counts(erased.orElse(NOTHING)), counts(NOTHING))));
    }

    private static Map<String, Long> counts(Erased erased) {
        return Map.of(
                "accounts", (long) erased.userAccounts(),
                "refresh_tokens", (long) erased.refreshTokens(),
                "blobs", (long) erased.userSyncData());
    }

    /** As {@link Cleanup#sweep()}, which commits batch by batch; its row in the audit is written afterwards. */
    public Uni<Map<String, Long>> cleanUp(Operator operator) {
        return cleanup.sweep()
                .call(removed -> {
                    Map<String, Long> left = new HashMap<>(removed);
                    left.replaceAll((table, rows) -> 0L);
                    return audit.record(new Draft(operator, Action.CLEAN_UP, "", Outcome.DONE, removed, left));
                })
                .onFailure()
                .call(failure -> noteFailure(Draft.of(operator, Action.CLEAN_UP, Outcome.FAILED), failure));
    }

    /** Notes that an operator has ended his session. */
    public Uni<Void> signedOut(Operator operator) {
        return audit.record(Draft.of(operator, Action.SIGN_OUT, Outcome.DONE));
    }

    /**
     * How an action ended.
     *
     * @param value what its caller gets
     * @param before how many rows of each kind there were that it concerns
     * @param after how many of them there are now
     */
    private record Done<T>(
            T value, String subject, Outcome outcome, Map<String, Long> before, Map<String, Long> after) {}

    /** How an action on an account ended; refused if there is no such account or session. */
    private record OnAccount<T>(T value, boolean found, Map<String, Long> before, Map<String, Long> after) {}

    private <T> Uni<T> onAccount(
            Operator operator, Action action, UserId userId, Function<SqlConnection, Uni<OnAccount<T>>> work) {
        String subject = Audit.subjectOf(userId);
        return audited(
                operator,
                action,
                subject,
                connection -> work.apply(connection)
                        .map(done -> new Done<>(
                                done.value(),
                                subject,
                                done.found() ? Outcome.DONE : Outcome.REFUSED,
                                done.before(),
                                done.after())));
    }

    private <T> Uni<T> audited(
            Operator operator, Action action, String subject, Function<SqlConnection, Uni<Done<T>>> work) {
        return audited(TransactionOptions.DEFAULT, operator, action, subject, work);
    }

    private <T> Uni<T> audited(
            TransactionOptions options,
            Operator operator,
            Action action,
            String subject,
            Function<SqlConnection, Uni<Done<T>>> work) {
        return database.inTransaction(
                        options,
                        connection -> work.apply(connection)
                                .call(done -> audit.append(
                                        connection,
                                        new Draft(
                                                operator,
                                                action,
                                                done.subject(),
                                                done.outcome(),
                                                done.before(),
                                                done.after()))))
                .invoke(done -> audit.count(action, done.outcome()))
                .onFailure()
                .call(failure ->
                        noteFailure(new Draft(operator, action, subject, Outcome.FAILED, Map.of(), Map.of()), failure))
                .map(Done::value);
    }

    /** Never fails: the caller gets the failure of the action. */
    private Uni<Void> noteFailure(Draft draft, Throwable failure) {
        if (failure instanceof DatabaseFailure.Unavailable lost && lost.outcomeUnknown()) {
            // if the commit was made after all, its row says done
            audit.count(draft.action(), draft.outcome());
            return Uni.createFrom().voidItem();
        }
        return audit.record(draft).onFailure().recoverWithUni(alsoFailed -> {
            audit.count(draft.action(), draft.outcome());
            LOG.warnf("the audit has no row of a failed %s: %s", draft.action().text(), alsoFailed.getMessage());
            return Uni.createFrom().voidItem();
        });
    }
}
