package dev.logikids.database.command;

import dev.logikids.database.invite.InviteRow;
import dev.logikids.database.invite.InviteService;
import dev.logikids.database.invite.InviteState;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The invite codes that open registrations. */
@Command(
        name = "invites",
        description = "Creates, lists and removes invite codes.",
        subcommands = {InvitesCommand.Create.class, InvitesCommand.Listing.class, InvitesCommand.Remove.class})
@RegisterForReflection
final class InvitesCommand {

    @Command(name = "create", description = "Creates a code that is valid for 7 days.")
    @RegisterForReflection
    static final class Create extends Subcommand {

        @Parameters(paramLabel = "NOTE", arity = "0..*", description = "A free remark.")
        List<String> note = new ArrayList<>();

        @Override
        int run() {
            announceWrite();
            Optional<String> remark = Optional.of(String.join(" ", note)).filter(text -> !text.isBlank());
            InviteRow invite = await(bean(InviteService.class).create(remark));
            out().println(invite.code());
            err().println("valid until " + moment(invite.expiresAt()));
            return CommandLine.ExitCode.OK;
        }
    }

    @Command(name = "list", description = "Lists the codes, newest first.")
    @RegisterForReflection
    static final class Listing extends Subcommand {

        @Option(names = "--json", description = "Print a JSON array.")
        boolean asJson;

        @Override
        int run() throws IOException {
            requireOneSchema();
            long now = bean(Clock.class).millis();
            List<InviteRow> rows = await(bean(InviteService.class).list());
            if (asJson) {
                printJson(rows.stream().map(row -> fields(row, now)).toList());
            } else {
                rows.forEach(row -> out().println(line(row, now)));
            }
            return CommandLine.ExitCode.OK;
        }

        private static String line(InviteRow row, long now) {
            return "%-9s  %-7s  created %s  expires %s  %s"
                    .formatted(
                            row.code(),
                            status(row, now),
                            moment(row.createdAt()),
                            moment(row.expiresAt()),
                            row.note().orElse(""))
                    .stripTrailing();
        }

        private static Map<String, Object> fields(InviteRow row, long now) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("code", row.code());
            fields.put("status", status(row, now));
            fields.put("created_at", row.createdAt());
            fields.put("expires_at", row.expiresAt());
            fields.put("note", row.note().orElse(null));
            fields.put("used_by", row.usedBy().orElse(null));
            return fields;
        }

        /** A used code counts as used even after it has expired: the operator asks what became of it. */
        private static String status(InviteRow row, long now) {
            if (row.usedBy().isPresent()) {
                return "used";
            }
            return row.state(now) == InviteState.OPEN ? "valid" : "expired";
        }
    }

    @Command(name = "remove", description = "Removes a code, unless an account was registered with it.")
    @RegisterForReflection
    static final class Remove extends Subcommand {

        @Parameters(paramLabel = "CODE", description = "In any letter case.")
        String code;

        @Override
        int run() {
            announceWrite();
            String normalised = InviteService.normalised(code);
            return switch (await(bean(InviteService.class).remove(code))) {
                case REMOVED -> {
                    out().println("removed " + normalised);
                    yield CommandLine.ExitCode.OK;
                }
                case UNKNOWN -> fail("error: there is no invite code " + normalised);
                case USED_BY_ACCOUNT ->
                    fail("error: an account was made with " + normalised + ", the code stays as long as the account");
            };
        }
    }
}
