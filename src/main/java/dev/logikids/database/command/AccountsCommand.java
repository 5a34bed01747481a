package dev.logikids.database.command;

import dev.logikids.database.account.AccountDirectory;
import dev.logikids.database.account.AccountQuery;
import dev.logikids.database.account.AccountQuery.Filter;
import dev.logikids.database.account.AccountQuery.Order;
import dev.logikids.database.account.AccountSummary;
import dev.logikids.database.account.Erased;
import dev.logikids.database.admin.AdminActions;
import dev.logikids.database.postgresql.Page;
import dev.logikids.database.user.UserId;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.smallrye.mutiny.Uni;
import java.io.Console;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The accounts, as an operator sees them. */
@Command(
        name = "accounts",
        description = "Lists, revokes, restores, exports and erases accounts.",
        subcommands = {
            AccountsCommand.Listing.class,
            AccountsCommand.Revoke.class,
            AccountsCommand.Restore.class,
            AccountsCommand.EndSessions.class,
            AccountsCommand.Export.class,
            AccountsCommand.Erase.class
        })
@RegisterForReflection
final class AccountsCommand {

    /** What is done about one account. */
    @RegisterForReflection
    abstract static class OfAccount extends Subcommand {

        @Parameters(index = "0", paramLabel = "USER", description = "The id of the account, in any letter case.")
        String userId;

        /** Returns what came of it, or empty without asking when the text cannot be the id of an account. */
        final <T> Optional<T> find(Function<UserId, Uni<Optional<T>>> work) {
            return UserId.parse(userId).flatMap(user -> await(work.apply(user)));
        }

        final int noSuchAccount() {
            return fail("error: there is no account " + printable(userId));
        }
    }

    @Command(name = "revoke", description = "Blocks an account at once and ends its sessions. May be repeated.")
    @RegisterForReflection
    static final class Revoke extends OfAccount {

        @Override
        int run() {
            announceWrite();
            List<UserId> ids = find(user -> bean(AdminActions.class)
                            .revokeAccount(operator(), user)
                            .map(Optional::of))
                    .orElse(List.of());
            ids.forEach(id -> out().println("revoked " + id.text()));
            return ids.isEmpty() ? noSuchAccount() : CommandLine.ExitCode.OK;
        }
    }

    @Command(name = "restore", description = "Allows an account again, with a new login. May be repeated.")
    @RegisterForReflection
    static final class Restore extends OfAccount {

        @Override
        int run() {
            announceWrite();
            List<UserId> ids = find(user -> bean(AdminActions.class)
                            .restoreAccount(operator(), user)
                            .map(Optional::of))
                    .orElse(List.of());
            ids.forEach(id -> out().println("restored " + id.text()));
            return ids.isEmpty() ? noSuchAccount() : CommandLine.ExitCode.OK;
        }
    }

    @Command(
            name = "end-sessions",
            description = "Ends every session of an account, which may log in again. May be repeated.")
    @RegisterForReflection
    static final class EndSessions extends OfAccount {

        @Override
        int run() {
            announceWrite();
            Optional<Integer> ended = find(user -> bean(AdminActions.class).endSessions(operator(), user));
            ended.ifPresent(sessions -> out().println("ended " + sessions + " sessions"));
            return ended.isEmpty() ? noSuchAccount() : CommandLine.ExitCode.OK;
        }
    }

    @Command(
            name = "export",
            description =
                    "Writes all that the service holds about an account to a new file, as JSON, for its owner only.")
    @RegisterForReflection
    static final class Export extends OfAccount {

        @Parameters(index = "1", paramLabel = "FILE", description = "A file that does not exist yet.")
        Path target;

        @Override
        int run() throws IOException {
            announceWrite();
            try (PrivateFile file = PrivateFile.reserve(target)) {
                Optional<String> data = find(user -> bean(AdminActions.class).exportAccount(operator(), user));
                if (data.isEmpty()) {
                    return noSuchAccount();
                }
                file.write((data.get() + "\n").getBytes(StandardCharsets.UTF_8));
                out().println("exported to " + target);
                return CommandLine.ExitCode.OK;
            }
        }
    }

    @Command(
            name = "erase",
            description = "Removes an account and all its data for good; its invite stays spent. Asks before it does.")
    @RegisterForReflection
    static final class Erase extends OfAccount {

        @Option(names = "--yes", description = "Do not ask.")
        boolean confirmed;

        @Override
        int run() {
            announceWrite();
            if (!confirmed && !confirm()) {
                return fail("error: not confirmed, nothing was erased");
            }
            Optional<Erased> erased = find(user -> bean(AdminActions.class).eraseAccount(operator(), user));
            erased.ifPresent(rows -> {
                out().println("user_accounts " + rows.userAccounts());
                out().println("refresh_tokens " + rows.refreshTokens());
                out().println("user_sync_data " + rows.userSyncData());
            });
            return erased.isEmpty() ? noSuchAccount() : CommandLine.ExitCode.OK;
        }

        /** Lets the operator type the id once more: nobody does that by mistake. */
        private boolean confirm() {
            Console console = System.console();
            if (console == null) {
                throw usageError("nobody can be asked here: --yes erases without a question");
            }
            String answer = console.readLine("Nothing brings it back. Type the id of the account again to erase it: ");
            return answer != null && answer.strip().equalsIgnoreCase(userId.strip());
        }
    }

    @Command(name = "list", description = "Lists the accounts, newest first.")
    @RegisterForReflection
    static final class Listing extends Subcommand {

        @Option(names = "--json", description = "Print a JSON array.")
        boolean asJson;

        @Override
        int run() throws IOException {
            requireOneSchema();
            AccountDirectory accounts = bean(AccountDirectory.class);
            printPages(
                    after -> accounts.page(new AccountQuery(Filter.ALL, Order.NEWEST, after, Page.MAX_SIZE)),
                    asJson,
                    Listing::fields,
                    Listing::line);
            return CommandLine.ExitCode.OK;
        }

        private static String line(AccountSummary row) {
            return "%s  %-7s  created %s  last seen %s"
                    .formatted(
                            printable(row.userId()),
                            row.revoked() ? "revoked" : "active",
                            moment(row.createdAt()),
                            moment(row.lastSeen()));
        }

        private static Map<String, Object> fields(AccountSummary row) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("user_id", row.userId());
            fields.put("invite_code", row.inviteCode());
            fields.put("created_at", row.createdAt());
            fields.put("last_seen", row.lastSeen());
            fields.put("revoked", row.revoked());
            return fields;
        }
    }
}
