package dev.logikids.database.command;

import dev.logikids.database.invite.InviteRow;
import dev.logikids.database.invite.InviteService;
import dev.logikids.database.invite.InviteState;
import io.quarkus.arc.Unremovable;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
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
        mixinStandardHelpOptions = true,
        subcommands = {InvitesCommand.Create.class, InvitesCommand.Listing.class, InvitesCommand.Remove.class})
@RegisterForReflection
public class InvitesCommand implements Runnable, RootCommand.Standalone {

    @CommandLine.Spec
    CommandLine.Model.CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "Missing command");
    }

    /** Prints a new code. */
    @Command(name = "create", description = "Creates a code that is valid for 7 days.", mixinStandardHelpOptions = true)
    @Dependent
    @Unremovable
    @RegisterForReflection
    public static class Create extends ServiceCommand {

        @Inject
        InviteService invites;

        @Parameters(paramLabel = "NOTE", arity = "0..*", description = "A free remark.")
        List<String> note = new ArrayList<>();

        @Override
        int run() {
            announceWrite();
            Optional<String> remark = Optional.of(String.join(" ", note)).filter(text -> !text.isBlank());
            InviteRow invite = await(invites.create(remark));
            out().println(invite.code());
            err().println("valid until " + moment(invite.expiresAt()));
            return CommandLine.ExitCode.OK;
        }
    }

    /** Prints every code. */
    @Command(name = "list", description = "Lists the codes, the newest first.", mixinStandardHelpOptions = true)
    @Dependent
    @Unremovable
    @RegisterForReflection
    public static class Listing extends ServiceCommand {

        @Inject
        InviteService invites;

        @Inject
        Clock clock;

        @Option(names = "--json", description = "As a JSON array.")
        boolean asJson;

        @Override
        int run() {
            List<InviteRow> rows = await(invites.list());
            if (asJson) {
                out().println(json(rows.stream().map(this::fields).toList()));
            } else {
                rows.forEach(row -> out().println(line(row)));
            }
            return CommandLine.ExitCode.OK;
        }

        private String line(InviteRow row) {
            return String.format(
                            "%-9s  %-7s  created %s  expires %s  %s",
                            row.code(),
                            status(row),
                            moment(row.createdAt()),
                            moment(row.expiresAt()),
                            row.note().orElse(""))
                    .stripTrailing();
        }

        private Map<String, Object> fields(InviteRow row) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("code", row.code());
            fields.put("status", status(row));
            fields.put("created_at", row.createdAt());
            fields.put("expires_at", row.expiresAt());
            fields.put("note", row.note().orElse(null));
            fields.put("used_by", row.usedBy().orElse(null));
            return fields;
        }

        /** Used counts more than expired here: the operator wants to know what became of the code. */
        private String status(InviteRow row) {
            if (row.usedBy().isPresent()) {
                return "used";
            }
            return row.state(clock.millis()) == InviteState.OPEN ? "valid" : "expired";
        }
    }

    /** Removes one code. */
    @Command(
            name = "remove",
            description = "Removes a code, unless an account was made with it.",
            mixinStandardHelpOptions = true)
    @Dependent
    @Unremovable
    @RegisterForReflection
    public static class Remove extends ServiceCommand {

        @Inject
        InviteService invites;

        @Parameters(paramLabel = "CODE", description = "In any letter case.")
        String code;

        @Override
        int run() {
            announceWrite();
            String normalised = InviteService.normalised(code);
            return switch (await(invites.remove(code))) {
                case REMOVED -> {
                    out().println("removed " + normalised);
                    yield CommandLine.ExitCode.OK;
                }
                case UNKNOWN -> {
                    err().println("error: there is no invite code " + normalised);
                    yield CommandLine.ExitCode.SOFTWARE;
                }
                case USED_BY_ACCOUNT -> {
                    err().println("error: an account was made with " + normalised
                            + ", the code stays as long as the account");
                    yield CommandLine.ExitCode.SOFTWARE;
                }
            };
        }
    }
}
