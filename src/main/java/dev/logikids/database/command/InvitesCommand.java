package dev.logikids.database.command;

import dev.logikids.database.admin.AdminActions;
import dev.logikids.database.command.cards.CardFormat;
import dev.logikids.database.invite.InviteQuery;
import dev.logikids.database.invite.InviteQuery.Filter;
import dev.logikids.database.invite.InviteRow;
import dev.logikids.database.invite.InviteService;
import dev.logikids.database.invite.InviteState;
import dev.logikids.database.postgresql.Page;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
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

    @Command(
            name = "create",
            description = "Creates codes, prints one per line, and writes them as cards to print.",
            footer = {
                "",
                "A card has its code as text and as QR code, ten on a page of A4. The file is readable for its owner only:"
                        + " whoever has a code can register with it."
            })
    @RegisterForReflection
    static final class Create extends Subcommand {

        @Parameters(paramLabel = "NOTE", arity = "0..*", description = "A free remark, the same for every code.")
        List<String> note = new ArrayList<>();

        @Option(
                names = "--count",
                paramLabel = "N",
                defaultValue = "1",
                description = "How many, 1 to " + InviteService.MAX_COUNT + "; default: ${DEFAULT-VALUE}.")
        int count;

        @Option(names = "--days", paramLabel = "D", description = "How long they are valid, 1 to 366 days; default: 7.")
        Optional<Integer> days = Optional.empty();

        @Option(
                names = "--qr",
                paramLabel = "FILE",
                description = "Also write cards to this new file, FILE.pdf or FILE.html.")
        Optional<Path> cards = Optional.empty();

        @Override
        int run() throws IOException {
            Optional<String> remark = Optional.of(String.join(" ", note)).filter(text -> !text.isBlank());
            Duration validFor = days.map(Duration::ofDays).orElse(InviteService.VALID_FOR);
            check(remark, validFor);
            if (cards.isEmpty()) {
                announceWrite();
                create(remark, validFor);
                return CommandLine.ExitCode.OK;
            }
            CardFormat format = formatFor(cards.get(), remark);
            announceWrite();
            try (PrivateFile file = PrivateFile.reserve(cards.get())) {
                List<InviteRow> invites = create(remark, validFor);
                try {
                    file.write(format.render(invites));
                } catch (IOException e) {
                    return fail("error: " + e.getMessage() + "; the codes above are valid, print them yourself");
                }
                err().println("cards in " + cards.get());
                return CommandLine.ExitCode.OK;
            }
        }

        /** Prints the codes before anything else can fail: they are valid from now on. */
        private List<InviteRow> create(Optional<String> remark, Duration validFor) {
            List<InviteRow> invites =
                    await(bean(AdminActions.class).createInvites(operator(), count, remark, validFor));
            invites.forEach(invite -> out().println(invite.code()));
            out().flush();
            err().println("valid until " + moment(invites.get(0).expiresAt()));
            return invites;
        }

        private void check(Optional<String> remark, Duration validFor) {
            if (count < 1 || count > InviteService.MAX_COUNT) {
                throw usageError("--count is 1 to " + InviteService.MAX_COUNT + ", not " + count);
            }
            if (validFor.toDays() < 1 || validFor.compareTo(InviteService.MAX_VALID_FOR) > 0) {
                throw usageError(
                        "--days is 1 to " + InviteService.MAX_VALID_FOR.toDays() + ", not " + validFor.toDays());
            }
            if (remark.filter(text -> text.length() > InviteService.MAX_NOTE).isPresent()) {
                throw usageError("a note has at most " + InviteService.MAX_NOTE + " characters");
            }
        }

        private CardFormat formatFor(Path file, Optional<String> remark) {
            CardFormat format =
                    CardFormat.of(file).orElseThrow(() -> usageError("--qr writes FILE.pdf or FILE.html, not " + file));
            remark.flatMap(format::unprintable).ifPresent(character -> {
                throw usageError(
                        "the fonts of a PDF do not have " + character + " of the note: write the cards as .html");
            });
            return format;
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
            InviteService invites = bean(InviteService.class);
            printPages(
                    after -> invites.page(new InviteQuery(Filter.ALL, Optional.empty(), after, Page.MAX_SIZE)),
                    asJson,
                    row -> fields(row, now),
                    row -> line(row, now));
            return CommandLine.ExitCode.OK;
        }

        private static String line(InviteRow row, long now) {
            return "%-9s  %-7s  created %s  expires %s  %s"
                    .formatted(
                            row.code(),
                            status(row, now),
                            moment(row.createdAt()),
                            moment(row.expiresAt()),
                            printable(row.note().orElse("")))
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
            return switch (await(bean(AdminActions.class).removeInvite(operator(), code))) {
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
