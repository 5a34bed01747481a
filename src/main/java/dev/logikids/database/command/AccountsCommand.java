package dev.logikids.database.command;

import dev.logikids.database.account.AccountRow;
import dev.logikids.database.account.AccountService;
import dev.logikids.database.user.UserId;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.smallrye.mutiny.Uni;
import java.io.IOException;
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
        description = "Lists, revokes and restores accounts.",
        subcommands = {AccountsCommand.Revoke.class, AccountsCommand.Restore.class, AccountsCommand.Listing.class})
@RegisterForReflection
final class AccountsCommand {

    /** A change of one account. */
    @RegisterForReflection
    abstract static class Change extends Subcommand {

        private final String done;

        @Parameters(paramLabel = "USER", description = "The id of the account, in any letter case.")
        String userId;

        Change(String done) {
            this.done = done;
        }

        /** Changes every account with that id; returns their ids. */
        abstract Uni<List<UserId>> change(AccountService accounts, UserId user);

        @Override
        final int run() {
            announceWrite();
            List<UserId> ids = UserId.parse(userId)
                    .map(user -> await(change(bean(AccountService.class), user)))
                    .orElse(List.of());
            ids.forEach(id -> out().println(done + " " + id.text()));
            return ids.isEmpty() ? fail("error: there is no account " + userId) : CommandLine.ExitCode.OK;
        }
    }

    @Command(name = "revoke", description = "Blocks an account at once and ends its sessions. May be repeated.")
    @RegisterForReflection
    static final class Revoke extends Change {

        Revoke() {
            super("revoked");
        }

        @Override
        Uni<List<UserId>> change(AccountService accounts, UserId user) {
            return accounts.revoke(user);
        }
    }

    @Command(name = "restore", description = "Allows an account again, with a new login. May be repeated.")
    @RegisterForReflection
    static final class Restore extends Change {

        Restore() {
            super("restored");
        }

        @Override
        Uni<List<UserId>> change(AccountService accounts, UserId user) {
            return accounts.restore(user);
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
            List<AccountRow> rows = await(bean(AccountService.class).list());
            if (asJson) {
                printJson(rows.stream().map(Listing::fields).toList());
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
