package dev.logikids.database.account;

import dev.logikids.database.account.LoginOutcome.LoggedIn;
import dev.logikids.database.account.LoginOutcome.Rejected;
import dev.logikids.database.invite.InviteService;
import dev.logikids.database.invite.InviteState;
import dev.logikids.database.postgresql.Database;
import dev.logikids.database.postgresql.DatabaseFailure.UniqueViolation;
import dev.logikids.database.postgresql.TransactionOptions;
import dev.logikids.database.postgresql.TransactionOptions.Isolation;
import dev.logikids.database.problem.ApiException;
import dev.logikids.database.problem.ProblemCode;
import dev.logikids.database.token.AccessToken;
import dev.logikids.database.token.RefreshToken;
import dev.logikids.database.token.SessionRow;
import dev.logikids.database.token.TokenService;
import dev.logikids.database.user.AccountSql;
import dev.logikids.database.user.UserId;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Accounts: created from an invite, logged in to with their id, ended by their user or an operator. A method that takes
 * an access token fails with {@code USER_ACCOUNT_NOT_FOUND} unless its account is active ({@link AccountSql#active});
 * otherwise the request counts for the account's {@code last_seen}.
 */
@ApplicationScoped
public class AccountService {

    private static final TransactionOptions ONE_SNAPSHOT =
            TransactionOptions.DEFAULT.withIsolation(Isolation.REPEATABLE_READ).asReadOnly();

    private final Database database;
    private final AccountRepository accounts;
    private final InviteService invites;
    private final TokenService tokens;
    private final LastSeen lastSeen;
    private final LoginMetrics metrics;
    private final Clock clock;

    AccountService(
            Database database,
            AccountRepository accounts,
            InviteService invites,
            TokenService tokens,
            LastSeen lastSeen,
            LoginMetrics metrics,
            Clock clock) {
        this.database = database;
        this.accounts = accounts;
        this.invites = invites;
        this.tokens = tokens;
        this.lastSeen = lastSeen;
        this.metrics = metrics;
        this.clock = clock;
    }

    /** Creates an account from an open invite and begins its first session, or changes nothing. */
    Uni<LoginOutcome> register(UserId userId, String inviteCode) {
        String code = InviteService.normalised(inviteCode);
        RefreshToken refreshToken = RefreshToken.random();
        return metrics.registration(database.inTransaction(connection -> accounts.lockRegistration(connection, userId)
                        .chain(() -> accounts.createFromInvite(connection, userId, code, clock.millis()))
                        .chain(created -> created.isPresent()
                                ? beginSession(connection, created.get(), refreshToken)
                                : rejectRegistration(connection, userId, code)))
                // only a legacy service that runs beside this one does not wait for lockRegistration
                .onFailure(UniqueViolation.class)
                .recoverWithItem(new Rejected(ProblemCode.USER_ID_EXISTS)));
    }

    /** Begins another session; the account in the outcome has its last_seen from before. */
    Uni<LoginOutcome> login(UserId userId) {
        RefreshToken refreshToken = RefreshToken.random();
        return metrics.login(database.inTransaction(connection -> accounts.markSeen(connection, userId, clock.millis())
                .chain(found -> {
                    if (found.isEmpty()) {
                        return rejected(ProblemCode.ACCOUNT_NOT_FOUND);
                    }
                    return found.get().revoked()
                            ? rejected(ProblemCode.ACCOUNT_REVOKED)
                            : beginSession(connection, found.get(), refreshToken);
                })));
    }

    private Uni<LoginOutcome> beginSession(SqlConnection connection, AccountRow account, RefreshToken refreshToken) {
        return tokens.beginSession(connection, account.id(), refreshToken)
                .replaceWith(new LoggedIn(account, refreshToken));
    }

    private Uni<LoginOutcome> rejectRegistration(SqlConnection connection, UserId userId, String code) {
        return accounts.exists(connection, userId)
                .chain(exists -> exists
                        ? rejected(ProblemCode.USER_ID_EXISTS)
                        : invites.state(connection, code).map(state -> new Rejected(rejection(state))));
    }

    private static ProblemCode rejection(InviteState state) {
        return switch (state) {
            case EXPIRED -> ProblemCode.INVITE_EXPIRED;
            case USED -> ProblemCode.INVITE_USED;
            // OPEN: it was created after createFromInvite had looked for it
            case UNKNOWN, OPEN -> ProblemCode.INVITE_NOT_FOUND;
        };
    }

    private static Uni<LoginOutcome> rejected(ProblemCode code) {
        return Uni.createFrom().item(new Rejected(code));
    }

    /** Returns the account of a verified access token. */
    Uni<AccountRow> current(AccessToken token) {
        return accounts.findActive(token.userId()).map(this::accepted);
    }

    /** Returns the account's live sessions, the one used last first. */
    Uni<List<SessionRow>> sessions(AccessToken token) {
        return database.withConnection(connection ->
                findActive(connection, token).chain(account -> tokens.sessions(connection, account.id())));
    }

    /** Ends every session and returns how many were live. Access tokens stay good until they expire. May be repeated. */
    Uni<Integer> endSessions(AccessToken token) {
        return database.inTransaction(connection ->
                lockActive(connection, token).chain(account -> tokens.endSessions(connection, account.id())));
    }

    /** Ends one session; returns whether the account has, or had, a session of that id. May be repeated. */
    Uni<Boolean> endSession(AccessToken token, long sessionId) {
        return database.inTransaction(connection ->
                lockActive(connection, token).chain(account -> tokens.endSession(connection, account.id(), sessionId)));
    }

    /** Removes the account and all its data for good. */
    Uni<Erased> erase(AccessToken token) {
        return database.inTransaction(
                connection -> lockActive(connection, token).chain(account -> accounts.erase(connection, account.id())));
    }

    /**
     * Returns all that the service holds about the account, of one moment, as the JSON text that PostgreSQL made: nobody
     * here reads it, and a blob of 1 MB need not be parsed and written again.
     */
    Uni<String> export(AccessToken token) {
        return database.inTransaction(
                ONE_SNAPSHOT,
                connection ->
                        findActive(connection, token).chain(account -> accounts.export(connection, account.id())));
    }

    private Uni<AccountRow> findActive(SqlConnection connection, AccessToken token) {
        return accounts.findActive(connection, token.userId()).map(this::accepted);
    }

    private Uni<AccountRow> lockActive(SqlConnection connection, AccessToken token) {
        return accounts.lockActive(connection, token.userId()).map(this::accepted);
    }

    /** Throws inside the transaction: nothing has been written that would have to survive. */
    private AccountRow accepted(Optional<AccountRow> found) {
        AccountRow account = found.orElseThrow(() -> new ApiException(ProblemCode.USER_ACCOUNT_NOT_FOUND));
        lastSeen.seen(account.userId(), clock.millis());
        return account;
    }

    /**
     * What an operator's action did to the accounts of one id: several where the legacy service created twins (ADR 11).
     *
     * @param accounts that it applied to; empty if there is none of that id
     * @param changed how many of them were in another state before
     * @param sessions how many live ones it ended
     */
    public record Affected(List<UserId> accounts, int changed, int sessions) {}

    /** Blocks the account at once and ends all its sessions, in the caller's transaction. May be repeated. */
    public Uni<Affected> revoke(SqlConnection connection, UserId userId) {
        return setRevoked(connection, userId, true)
                .chain(revoked -> endSessions(connection, revoked.accounts())
                        .map(ended -> new Affected(revoked.accounts(), revoked.changed(), ended)));
    }

    /** Unblocks the account, which needs a new login, in the caller's transaction. May be repeated. */
    public Uni<Affected> restore(SqlConnection connection, UserId userId) {
        return setRevoked(connection, userId, false);
    }

    private Uni<Affected> setRevoked(SqlConnection connection, UserId userId, boolean revoked) {
        return accounts.lockTwins(connection, userId).chain(found -> {
            int changed =
                    (int) found.stream().filter(row -> row.revoked() != revoked).count();
            return accounts.setRevoked(connection, userId, revoked).map(ids -> new Affected(ids, changed, 0));
        });
    }

    /** Ends every session of the account, in the caller's transaction. May be repeated. */
    public Uni<Affected> endSessions(SqlConnection connection, UserId userId) {
        return accounts.lockTwins(connection, userId)
                .map(AccountService::ids)
                .chain(ids -> endSessions(connection, ids).map(ended -> new Affected(ids, 0, ended)));
    }

    /**
     * Ends one session of the account, in the caller's transaction. May be repeated.
     *
     * @return changed is 0 if the account has, and had, no such session; sessions is 0 if it was not live
     */
    public Uni<Affected> endSession(SqlConnection connection, UserId userId, long sessionId) {
        return accounts.lockTwins(connection, userId)
                .map(AccountService::ids)
                .chain(ids -> sum(
                                ids,
                                id -> tokens.isLive(connection, id, sessionId).map(live -> live ? 1 : 0))
                        .chain(live -> sum(
                                        ids,
                                        id -> tokens.endSession(connection, id, sessionId)
                                                .map(known -> known ? 1 : 0))
                                .map(known -> new Affected(ids, known, live))));
    }

    /** Removes the account and all its data for good, twins included, in the caller's transaction; empty if unknown. */
    public Uni<Optional<Erased>> erase(SqlConnection connection, UserId userId) {
        return accounts.lockTwins(connection, userId)
                .map(AccountService::ids)
                .chain(ids -> Multi.createFrom()
                        .iterable(ids)
                        .onItem()
                        .transformToUniAndConcatenate(id -> accounts.erase(connection, id))
                        .collect()
                        .asList()
                        .map(erased -> erased.stream().reduce(Erased::plus)));
    }

    /**
     * Returns all that the service holds about the account as JSON text, in the caller's transaction: of the account with the
     * very letters of the id, else of the one that the id stands for; empty if there is none.
     */
    public Uni<Optional<String>> export(SqlConnection connection, UserId userId) {
        return accounts.twins(connection, userId)
                .map(AccountService::ids)
                .chain(ids -> ids.stream()
                        .filter(userId::equals)
                        .findFirst()
                        .or(() -> ids.stream().findFirst())
                        .map(id -> accounts.export(connection, id).map(Optional::of))
                        .orElseGet(() -> Uni.createFrom().item(Optional.empty())));
    }

    /** Returns whether there is an account of that id, or one that it stands for, in the caller's transaction. */
    public Uni<Boolean> exists(SqlConnection connection, UserId userId) {
        return accounts.twins(connection, userId).map(twins -> !twins.isEmpty());
    }

    private Uni<Integer> endSessions(SqlConnection connection, List<UserId> ids) {
        return sum(ids, id -> tokens.endSessions(connection, id));
    }

    private static Uni<Integer> sum(List<UserId> ids, Function<UserId, Uni<Integer>> work) {
        return Multi.createFrom()
                .iterable(ids)
                .onItem()
                .transformToUniAndConcatenate(id -> work.apply(id))
                .collect()
                .in(() -> new int[1], (sum, number) -> sum[0] += number)
                .map(sum -> sum[0]);
    }

    private static List<UserId> ids(List<AccountRow> rows) {
        return rows.stream().map(AccountRow::id).toList();
    }
}
