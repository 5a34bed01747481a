package dev.logikids.database.token;

import dev.logikids.database.postgresql.Database;
import dev.logikids.database.problem.ProblemCode;
import dev.logikids.database.token.RefreshOutcome.Refreshed;
import dev.logikids.database.token.RefreshOutcome.Rejected;
import dev.logikids.database.user.UserId;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/**
 * Refresh tokens and the sessions they make up. A login begins a session; a refresh retires the presented token and
 * issues its one child (RFC 9700, 4.14.2); a retired token that comes again after the grace ends the whole session.
 */
@ApplicationScoped
public class TokenService {

    private final Database database;
    private final TokenRepository tokens;
    private final JwtSecrets secrets;
    private final TokenConfig settings;
    private final Clock clock;
    private final Counter reused;

    TokenService(
            Database database,
            TokenRepository tokens,
            JwtSecrets secrets,
            TokenConfig settings,
            Clock clock,
            MeterRegistry metrics) {
        this.database = database;
        this.tokens = tokens;
        this.secrets = secrets;
        this.settings = settings;
        this.clock = clock;
        this.reused = metrics.counter("logikids.tokens.reuse.detected");
    }

    /** Begins a session of the account with that token, in the caller's transaction. */
    public Uni<Void> begin(SqlConnection connection, UserId userId, RefreshToken token) {
        return tokens.insertFirst(connection, userId, token.hash(), clock.millis());
    }

    /** The account's live sessions, the one used last first. */
    public Uni<List<SessionRow>> sessions(SqlConnection connection, UserId userId) {
        return tokens.sessions(connection, userId, clock.millis());
    }

    /**
     * Ends one session, in the caller's transaction, which must hold the lock of the account's row. May be repeated.
     *
     * @return whether the account has, or had, a session of that id
     */
    public Uni<Boolean> end(SqlConnection connection, UserId userId, long sessionId) {
        return tokens.revokeFamily(connection, userId, sessionId, clock.millis());
    }

    /**
     * Ends every session, in the caller's transaction, which must hold the lock of the account's row. May be repeated.
     *
     * @return how many were live
     */
    public Uni<Integer> endAll(SqlConnection connection, UserId userId) {
        return tokens.revokeAll(connection, userId, clock.millis());
    }

    /** Trades a refresh token. Within the grace a repetition answers the same child. */
    Uni<RefreshOutcome> refresh(RefreshToken presented) {
        long now = clock.millis();
        List<RefreshToken> children =
                secrets.accepted().stream().map(presented::child).toList();
        return database.inTransaction(connection -> tokens.use(connection, presented, settings.rotate(), now)
                .chain(used -> used.isPresent()
                        ? renew(connection, used.get(), presented, children.get(0), now)
                        : refuse(connection, presented, children, now)));
    }

    /** Ends the session that the token is or was part of. May be repeated; an unknown token changes nothing. */
    Uni<Void> logout(RefreshToken presented) {
        long now = clock.millis();
        return database.inTransaction(connection -> tokens.find(connection, presented)
                .chain(found -> found.isPresent()
                        ? endLocked(connection, found.get(), now)
                        : Uni.createFrom().voidItem()));
    }

    private Uni<RefreshOutcome> renew(
            SqlConnection connection, TokenRow used, RefreshToken presented, RefreshToken child, long now) {
        if (!settings.rotate()) {
            return Uni.createFrom().item(new Refreshed(used.userId(), used.inviteCode(), presented));
        }
        return tokens.insertChild(connection, used, child.hash(), now)
                .replaceWith(new Refreshed(used.userId(), used.inviteCode(), child));
    }

    private Uni<RefreshOutcome> refuse(
            SqlConnection connection, RefreshToken presented, List<RefreshToken> children, long now) {
        return tokens.find(connection, presented)
                .chain(found -> found.isPresent()
                        ? refuse(connection, found.get(), children, now)
                        : refused(ProblemCode.REFRESH_TOKEN_INVALID));
    }

    private Uni<RefreshOutcome> refuse(
            SqlConnection connection, TokenRow token, List<RefreshToken> children, long now) {
        if (token.accountRevoked()) {
            return refused(ProblemCode.ACCOUNT_REVOKED);
        }
        if (!token.ownAccount()
                || token.revoked().isEmpty()
                || token.revokedAt().isPresent()) {
            return refused(ProblemCode.REFRESH_TOKEN_INVALID);
        }
        Optional<Long> retiredAt = token.retiredAt();
        if (retiredAt.isEmpty()) {
            boolean expired = !token.revoked().get() && token.expiresAt() <= now;
            return refused(expired ? ProblemCode.REFRESH_TOKEN_EXPIRED : ProblemCode.REFRESH_TOKEN_INVALID);
        }
        if (now - retiredAt.get() <= settings.grace().toMillis()) {
            return sameChild(connection, token, children);
        }
        reused.increment();
        return endLocked(connection, token, now).chain(() -> refused(ProblemCode.REFRESH_TOKEN_INVALID));
    }

    /** The child was derived with one of the accepted secrets: the signing one may have changed in between. */
    private Uni<RefreshOutcome> sameChild(SqlConnection connection, TokenRow token, List<RefreshToken> children) {
        List<String> hashes = children.stream().map(RefreshToken::hash).toList();
        return tokens.known(connection, token.userId(), hashes)
                .chain(known -> children.stream()
                        .filter(child -> known.contains(child.hash()))
                        .findFirst()
                        .map(child -> Uni.createFrom()
                                .<RefreshOutcome>item(new Refreshed(token.userId(), token.inviteCode(), child)))
                        .orElseGet(() -> refused(ProblemCode.REFRESH_TOKEN_INVALID)));
    }

    private Uni<Void> endLocked(SqlConnection connection, TokenRow token, long now) {
        return tokens.lockAccount(connection, token.userId())
                .chain(() -> tokens.revokeFamily(connection, token.userId(), token.familyId(), now))
                .replaceWithVoid();
    }

    private static Uni<RefreshOutcome> refused(ProblemCode code) {
        return Uni.createFrom().item(new Rejected(code));
    }
}
