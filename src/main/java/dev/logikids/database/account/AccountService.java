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
import dev.logikids.database.user.UserId;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Accounts: made from an invite, entered with their id, ended by their user or an operator. What an access token asks
 * for fails with USER_ACCOUNT_NOT_FOUND unless its account exists, is not revoked, and is the very one that its id
 * stands for.
 */
@ApplicationScoped
public class AccountService {

    private static final TransactionOptions ONE_VIEW =
            TransactionOptions.DEFAULT.withIsolation(Isolation.REPEATABLE_READ).asReadOnly();

    private final Database database;
    private final AccountRepository accounts;
    private final InviteService invites;
    private final TokenService tokens;
    private final LastSeen lastSeen;
    private final Clock clock;

    AccountService(
            Database database,
            AccountRepository accounts,
            InviteService invites,
            TokenService tokens,
            LastSeen lastSeen,
            Clock clock) {
        this.database = database;
        this.accounts = accounts;
        this.invites = invites;
        this.tokens = tokens;
        this.lastSeen = lastSeen;
        this.clock = clock;
    }

    /** Shuts the account out at once and ends all its sessions; returns the ids it applied to. May be repeated. */
    public Uni<List<UserId>> revoke(UserId userId) {
        return database.inTransaction(connection -> accounts.setRevoked(connection, userId, true)
                .call(ids -> eachInTurn(ids, id -> tokens.endAll(connection, id))));
    }

    /** Lets the account in again, with a new login; returns the ids it applied to. May be repeated. */
    public Uni<List<UserId>> restore(UserId userId) {
        return database.inTransaction(connection -> accounts.setRevoked(connection, userId, false));
    }

    /** Returns every account, the newest first. */
    public Uni<List<AccountRow>> list() {
        return database.withConnection(accounts::list);
    }

    /** Makes an account and begins its first session, or changes nothing. */
    Uni<LoginOutcome> register(UserId userId, String inviteCode) {
        String code = InviteService.normalised(inviteCode);
        RefreshToken refreshToken = RefreshToken.random();
        return database.inTransaction(connection -> accounts.lockRegistration(connection, userId)
                        .chain(() -> accounts.open(connection, userId, code, clock.millis()))
                        .chain(opened -> opened.isPresent()
                                ? begin(connection, opened.get(), refreshToken)
                                : whyNot(connection, userId, code)))
                // only a former service running beside this one does not wait for the lock of the id
                .onFailure(UniqueViolation.class)
                .recoverWithItem(new Rejected(ProblemCode.USER_ID_EXISTS));
    }

    /** Begins another session; the account in the outcome has the last_seen from before. */
    Uni<LoginOutcome> login(UserId userId) {
        RefreshToken refreshToken = RefreshToken.random();
        return database.inTransaction(connection -> accounts.enter(connection, userId, clock.millis())
                .chain(found -> {
                    if (found.isEmpty()) {
                        return refused(ProblemCode.ACCOUNT_NOT_FOUND);
                    }
                    return found.get().revoked()
                            ? refused(ProblemCode.ACCOUNT_REVOKED)
                            : begin(connection, found.get(), refreshToken);
                }));
    }

    /** The account of a verified access token; counts as an accepted request. */
    Uni<AccountRow> current(AccessToken token) {
        return database.withConnection(connection -> accounts.find(connection, token.userId())
                        .chain(found -> ifAccepted(found, token, Uni.createFrom()::item)))
                .map(AccountService::orNoAccount);
    }

    Uni<List<SessionRow>> sessions(AccessToken token) {
        return database.withConnection(connection -> accounts.find(connection, token.userId())
                        .chain(found ->
                                ifAccepted(found, token, account -> tokens.sessions(connection, token.userId()))))
                .map(AccountService::orNoAccount);
    }

    /** Ends every session; returns how many were live. Access tokens end with their hour. */
    Uni<Integer> endSessions(AccessToken token) {
        return locked(token, connection -> tokens.endAll(connection, token.userId()));
    }

    /** Ends one session; returns whether the account has, or had, a session of that id. */
    Uni<Boolean> endSession(AccessToken token, long sessionId) {
        return locked(token, connection -> tokens.end(connection, token.userId(), sessionId));
    }

    /** Removes the account and all that belongs to it, for ever. */
    Uni<Erased> erase(AccessToken token) {
        return locked(token, connection -> accounts.erase(connection, token.userId()));
    }

    /** All that the service holds about the account, as one JSON object, of one moment. */
    Uni<String> export(AccessToken token) {
        return database.inTransaction(
                        ONE_VIEW,
                        connection -> accounts.find(connection, token.userId())
                                .chain(found -> ifAccepted(
                                        found, token, account -> accounts.export(connection, token.userId()))))
                .map(AccountService::orNoAccount);
    }

    private Uni<LoginOutcome> begin(SqlConnection connection, AccountRow account, RefreshToken refreshToken) {
        return tokens.begin(connection, account.id(), refreshToken).replaceWith(new LoggedIn(account, refreshToken));
    }

    private Uni<LoginOutcome> whyNot(SqlConnection connection, UserId userId, String code) {
        return accounts.find(connection, userId)
                .chain(account -> account.isPresent()
                        ? refused(ProblemCode.USER_ID_EXISTS)
                        : invites.state(connection, code).map(state -> new Rejected(refusal(state))));
    }

    private static ProblemCode refusal(InviteState state) {
        return switch (state) {
            case EXPIRED -> ProblemCode.INVITE_EXPIRED;
            case USED -> ProblemCode.INVITE_USED;
            // OPEN: it was made after it had been looked for
            case UNKNOWN, OPEN -> ProblemCode.INVITE_NOT_FOUND;
        };
    }

    private static Uni<LoginOutcome> refused(ProblemCode code) {
        return Uni.createFrom().item(new Rejected(code));
    }

    private <T> Uni<T> locked(AccessToken token, Function<SqlConnection, Uni<T>> work) {
        return database.inTransaction(connection -> accounts.lock(connection, token.userId())
                        .chain(found -> ifAccepted(found, token, account -> work.apply(connection))))
                .map(AccountService::orNoAccount);
    }

    private <T> Uni<Optional<T>> ifAccepted(
            Optional<AccountRow> found, AccessToken token, Function<AccountRow, Uni<T>> work) {
        if (!stands(found, token)) {
            return Uni.createFrom().item(Optional.empty());
        }
        lastSeen.seen(token.userId().text(), clock.millis());
        return work.apply(found.get()).map(Optional::of);
    }

    private static boolean stands(Optional<AccountRow> found, AccessToken token) {
        return found.filter(account -> !account.revoked() && account.id().equals(token.userId()))
                .isPresent();
    }

    private static <T> T orNoAccount(Optional<T> outcome) {
        return outcome.orElseThrow(() -> new ApiException(ProblemCode.USER_ACCOUNT_NOT_FOUND));
    }

    private static Uni<Void> eachInTurn(List<UserId> ids, Function<UserId, Uni<Integer>> work) {
        Uni<Void> all = Uni.createFrom().voidItem();
        for (UserId id : ids) {
            all = all.chain(() -> work.apply(id)).replaceWithVoid();
        }
        return all;
    }
}
