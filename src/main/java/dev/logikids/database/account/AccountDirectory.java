package dev.logikids.database.account;

import dev.logikids.database.invite.InviteService;
import dev.logikids.database.postgresql.Database;
import dev.logikids.database.postgresql.Page;
import dev.logikids.database.postgresql.TransactionOptions;
import dev.logikids.database.postgresql.TransactionOptions.Isolation;
import dev.logikids.database.token.TokenService;
import dev.logikids.database.user.UserId;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/** The accounts as operators find them: read only, revoked ones included, and nothing of it counts as seen. */
@ApplicationScoped
public class AccountDirectory {

    private static final TransactionOptions ONE_SNAPSHOT =
            TransactionOptions.DEFAULT.withIsolation(Isolation.REPEATABLE_READ).asReadOnly();

    private final Database database;
    private final AccountDirectoryRepository accounts;
    private final InviteService invites;
    private final TokenService tokens;
    private final Clock clock;

    AccountDirectory(
            Database database,
            AccountDirectoryRepository accounts,
            InviteService invites,
            TokenService tokens,
            Clock clock) {
        this.database = database;
        this.accounts = accounts;
        this.invites = invites;
        this.tokens = tokens;
        this.clock = clock;
    }

    /**
     * Returns the accounts of that id or of that invite code, in any letter case and with blanks around it: mostly one,
     * several where the legacy service created twins, the oldest first.
     */
    public Uni<List<AccountSummary>> find(String idOrInviteCode) {
        String text = idOrInviteCode.strip();
        return database.withConnection(connection -> UserId.parse(text)
                .map(id -> accounts.ofId(connection, id, clock.millis()))
                .orElseGet(() -> accounts.ofInvite(connection, InviteService.normalised(text), clock.millis())));
    }

    /** Returns one page of the accounts. */
    public Uni<Page<AccountSummary>> page(AccountQuery query) {
        return database.withConnection(connection -> accounts.page(connection, query, clock.millis()));
    }

    /** Returns the account with the very letters of the id, else the one that the id stands for; empty if there is none. */
    public Uni<Optional<AccountDetail>> detail(UserId userId) {
        return database.inTransaction(
                ONE_SNAPSHOT,
                connection -> accounts.ofId(connection, userId, clock.millis()).chain(twins -> {
                    Optional<AccountSummary> chosen = twins.stream()
                            .filter(twin -> twin.userId().equals(userId.text()))
                            .findFirst()
                            .or(() -> twins.stream().findFirst());
                    if (chosen.isEmpty()) {
                        return Uni.createFrom().item(Optional.empty());
                    }
                    AccountSummary account = chosen.get();
                    UserId id = new UserId(account.userId());
                    List<AccountSummary> others = twins.stream()
                            .filter(twin -> !twin.userId().equals(account.userId()))
                            .toList();
                    return invites.find(connection, account.inviteCode())
                            .chain(invite -> tokens.sessions(connection, id)
                                    .chain(sessions -> accounts.blob(connection, id)
                                            .map(data -> Optional.of(
                                                    new AccountDetail(account, invite, sessions, data, others)))));
                }));
    }
}
