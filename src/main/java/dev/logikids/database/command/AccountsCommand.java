package dev.logikids.database.command;

import dev.logikids.database.account.AccountRow;
import dev.logikids.database.account.AccountService;
import dev.logikids.database.user.UserId;
import io.quarkus.arc.Unremovable;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The accounts, as an operator sees them. */
@Command(
        name = "accounts",
        description = "Lists accounts, shuts one out, lets one in again.",
        mixinStandardHelpOptions = true,
        subcommands = {AccountsCommand.Revoke.class, AccountsCommand.Restore.class, AccountsCommand.Listing.class})
@RegisterForReflection
public class AccountsCommand implements Runnable, RootCommand.Standalone {

    @CommandLine.Spec
    CommandLine.Model.CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "Missing command");
    }

    /** A change of one account, in any letter case of its id. */
    @RegisterForReflection
    abstract static class Change extends ServiceCommand {

        @Inject
        AccountService accounts;

        @Parameters(paramLabel = "USER", description = "The id of the account, in any letter case.")
        String userId;

        abstract Uni<List<UserId>> change(UserId user);

        abstract String done();

        @Override
        final int run() {
            announceWrite();
            List<UserId> ids =
                    UserId.parse(userId).map(user -> await(change(user))).orElse(List.of());
            ids.forEach(id -> out().println(done() + " " + id.text()));
            if (ids.isEmpty()) {
                err().println("error: there is no account " + userId);
                return CommandLine.ExitCode.SOFTWARE;
            }
            return CommandLine.ExitCode.OK;
        }
    }

    /** Shuts an account out. */
    @Command(
            name = "revoke",
            description = "Shuts an account out at once and ends its sessions. May be repeated.",
            mixinStandardHelpOptions = true)
    @Dependent
    @Unremovable
    @RegisterForReflection
    public static class Revoke extends Change {

        @Override
        Uni<List<UserId>> change(UserId user) {
            return accounts.revoke(user);
        }

        @Override
        String done() {
            return "revoked";
        }
    }

    /** Lets an account in again. */
    @Command(
            name = "restore",
            description = "Lets an account in again, with a new login. May be repeated.",
            mixinStandardHelpOptions = true)
    @Dependent
    @Unremovable
    @RegisterForReflection
    public static class Restore extends Change {

        @Override
        Uni<List<UserId>> change(UserId user) {
            return accounts.restore(user);
        }

        @Override
        String done() {
            return "restored";
        }
    }

    /** Prints every account. */
    @Command(name = "list", description = "Lists the accounts, the newest first.", mixinStandardHelpOptions = true)
    @Dependent
    @Unremovable
    @RegisterForReflection
    public static class Listing extends ServiceCommand {

        @Inject
        AccountService accounts;

        @Option(names = "--json", description = "As a JSON array.")
        boolean asJson;

        @Override
        int run() {
            List<AccountRow> rows = await(accounts.list());
            if (asJson) {
                out().println(json(rows.stream().map(Listing::fields).toList()));
            } else {
                rows.forEach(row -> out().println(line(row)));
            }
            return CommandLine.ExitCode.OK;
        }

        private static String line(AccountRow row) {
            return "%s  %-7s  created %s  last seen %s"
                    .formatted(
                            row.userId(),
                            row.revoked() ? "revoked" : "active",
                            moment(row.createdAt()),
                            moment(row.lastSeen()));
        }

        private static Map<String, Object> fields(AccountRow row) {
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
