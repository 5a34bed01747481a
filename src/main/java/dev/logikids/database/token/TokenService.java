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

/**
 * Refresh tokens and the sessions that they form. A login begins a session; a refresh retires the presented token and
 * issues its only child (RFC 9700, section 4.14.2); a retired token that is used again after the grace ends its session.
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
    public Uni<Void> beginSession(SqlConnection connection, UserId userId, RefreshToken token) {
        return tokens.insertFirst(connection, userId, token.hash(), clock.millis());
    }

    /** Returns the account's live sessions, the one used last first. */
    public Uni<List<SessionRow>> sessions(SqlConnection connection, UserId userId) {
        return tokens.sessions(connection, userId, clock.millis());
    }

    /** Whether the account's session can still be used, in the caller's transaction. */
    public Uni<Boolean> isLive(SqlConnection connection, UserId userId, long sessionId) {
        return tokens.isLive(connection, userId, sessionId, clock.millis());
    }

    /**
     * Ends one session, in the caller's transaction, which must hold the lock of the account's row. May be repeated.
     *
     * @return whether the account has, or had, a session of that id
     */
    public Uni<Boolean> endSession(SqlConnection connection, UserId userId, long sessionId) {
        return tokens.endSession(connection, userId, sessionId, clock.millis());
    }

    /**
     * Ends every session, in the caller's transaction, which must hold the lock of the account's row. May be repeated.
     *
     * @return how many were live
     */
    public Uni<Integer> endSessions(SqlConnection connection, UserId userId) {
        return tokens.endSessions(connection, userId, clock.millis());
    }

    /** Exchanges a refresh token for its child. Within the grace a repetition returns the same child again. */
    Uni<RefreshOutcome> refresh(RefreshToken presented) {
        long now = clock.millis();
        List<RefreshToken> children =
                secrets.accepted().stream().map(presented::child).toList();
        return database.inTransaction(connection -> tokens.use(connection, presented, settings.rotate(), now)
                .chain(used -> used.isPresent()
                        ? issue(connection, used.get(), presented, children.get(0), now)
                        : repeatOrReject(connection, presented, children, now)));
    }

    private Uni<RefreshOutcome> issue(
            SqlConnection connection, TokenRow used, RefreshToken presented, RefreshToken child, long now) {
        if (!settings.rotate()) {
            return Uni.createFrom().item(new Refreshed(used.userId(), used.inviteCode(), presented));
        }
        return tokens.insertChild(connection, used, child.hash(), now)
                .replaceWith(new Refreshed(used.userId(), used.inviteCode(), child));
    }

    private Uni<RefreshOutcome> repeatOrReject(
            SqlConnection connection, RefreshToken presented, List<RefreshToken> children, long now) {
        return tokens.find(connection, presented).chain(found -> {
            if (found.isEmpty()) {
                return rejected(ProblemCode.REFRESH_TOKEN_INVALID);
            }
            TokenRow token = found.get();
            if (token.accountRevoked()) {
                return rejected(ProblemCode.ACCOUNT_REVOKED);
            }
            if (!token.ownAccount()
                    || token.revoked().isEmpty()
                    || token.revokedAt().isPresent()) {
                return rejected(ProblemCode.REFRESH_TOKEN_INVALID);
            }
            if (token.retiredAt().isEmpty()) {
                boolean expired = !token.revoked().get() && token.expiresAt() <= now;
                return rejected(expired ? ProblemCode.REFRESH_TOKEN_EXPIRED : ProblemCode.REFRESH_TOKEN_INVALID);
            }
            if (now - token.retiredAt().get() <= settings.grace().toMillis()) {
                return repeat(connection, token, children);
            }
            reused.increment();
            return lockAndEnd(connection, token, now).chain(() -> rejected(ProblemCode.REFRESH_TOKEN_INVALID));
        });
    }

    /** Returns the child that was issued: of several accepted secrets the signing one may have changed since. */
    private Uni<RefreshOutcome> repeat(SqlConnection connection, TokenRow token, List<RefreshToken> children) {
        List<String> hashes = children.stream().map(RefreshToken::hash).toList();
        return tokens.stored(connection, token.userId(), hashes)
                .map(stored -> children.stream()
                        .filter(child -> stored.contains(child.hash()))
                        .findFirst()
                        .<RefreshOutcome>map(child -> new Refreshed(token.userId(), token.inviteCode(), child))
                        .orElseGet(() -> new Rejected(ProblemCode.REFRESH_TOKEN_INVALID)));
    }

    private static Uni<RefreshOutcome> rejected(ProblemCode code) {
        return Uni.createFrom().item(new Rejected(code));
    }

    /** Ends the session that the token is or was part of. May be repeated; an unknown token changes nothing. */
    Uni<Void> logout(RefreshToken presented) {
        long now = clock.millis();
        return database.inTransaction(connection -> tokens.find(connection, presented)
                .chain(found -> found.isPresent()
                        ? lockAndEnd(connection, found.get(), now)
                        : Uni.createFrom().voidItem()));
    }

    private Uni<Void> lockAndEnd(SqlConnection connection, TokenRow token, long now) {
        return tokens.lockAccount(connection, token.userId())
                .chain(() -> tokens.endSession(connection, token.userId(), token.sessionId(), now))
                .replaceWithVoid();
    }
}
