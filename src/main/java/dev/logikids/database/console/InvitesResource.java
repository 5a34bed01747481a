package dev.logikids.database.console;

import dev.logikids.database.admin.AdminActions;
import dev.logikids.database.invite.InviteQuery.Filter;
import dev.logikids.database.invite.InviteRow;
import dev.logikids.database.invite.InviteService;
import dev.logikids.database.invite.QrCode;
import dev.logikids.database.user.UserId;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonArray;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestQuery;

/** Invites: lists, creates, prints and removes them. */
@Path(InvitesResource.ROOT)
@Produces(MediaType.TEXT_HTML)
public class InvitesResource {

    static final String ROOT = ConsoleGate.ROOT + "/invites";

    private static final int LONGEST_SEARCH = 100;

    /** On one sheet of A4. */
    private static final int CARDS_PER_SHEET = 10;

    /** Ours have 9 characters; what somebody wrote into the table by hand may not fit a card. */
    private static final int LONGEST_PRINTED_CODE = 20;

    private static final List<Filter> CHOICES = List.of(Filter.ALL, Filter.OPEN, Filter.USED, Filter.EXPIRED);

    private final InviteService invites;
    private final AdminActions actions;
    private final SentForms sentForms;
    private final Clock clock;

    InvitesResource(InviteService invites, AdminActions actions, SentForms sentForms, Clock clock) {
        this.invites = invites;
        this.actions = actions;
        this.sentForms = sentForms;
        this.clock = clock;
    }

    /** An invite as the pages show it. */
    public record Line(
            String code,
            Optional<String> note,
            Filter state,
            Instant created,
            Instant expires,
            Optional<String> account,
            String reference) {

        public boolean isOpen() {
            return state == Filter.OPEN;
        }

        public boolean isUsed() {
            return state == Filter.USED;
        }

        public boolean isPrintable() {
            return isOpen() && code.length() <= LONGEST_PRINTED_CODE;
        }

        @Override
        public String toString() {
            return "Line[***]";
        }
    }

    /** A filter to choose. */
    public record Choice(Filter filter, String view, boolean chosen) {}

    /** What the form for creating invites holds. */
    public record Draft(String count, String note, String days, Optional<String> error) {

        static Draft empty() {
            return new Draft("1", "", Long.toString(InviteService.VALID_FOR.toDays()), Optional.empty());
        }

        public int longestNote() {
            return InviteService.MAX_NOTE;
        }

        @Override
        public String toString() {
            return "Draft[***]";
        }
    }

    /** What the list shows, and where its links lead. */
    public record Listed(
            List<Line> lines,
            List<Choice> choices,
            String note,
            String view,
            Pager pager,
            Optional<String> searchError) {

        @Override
        public String toString() {
            return "Listed[***]";
        }
    }

    @CheckedTemplate(basePath = "console")
    static final class Templates {

        static native TemplateInstance invites(Listed listed, Draft draft);

        static native TemplateInstance newInvites(List<Line> lines, String cards);

        static native TemplateInstance removeInvite(Line line, String back);

        static native TemplateInstance cards(List<List<Card>> sheets, int count);

        private Templates() {}
    }

    /** A card to cut out. */
    public record Card(String code, Optional<String> note, Instant expires, String qrCode) {

        static Card of(InviteRow row) {
            return new Card(
                    row.code(),
                    row.note(),
                    Instant.ofEpochMilli(row.expiresAt()),
                    QrCode.of(row.code()).svg());
        }

        @Override
        public String toString() {
            return "Card[***]";
        }
    }

    /** The list. */
    @GET
    @Operation(hidden = true)
    public Uni<Response> list(@Context ConsolePage page, @RestQuery String view) {
        if (view == null) {
            return show(page, InviteListing.NEWEST, Draft.empty(), Optional.empty(), Response.Status.OK);
        }
        return Reference.INVITE_LIST.follow(
                page,
                view,
                ROOT,
                text -> show(page, InviteListing.of(text), Draft.empty(), Optional.empty(), Response.Status.OK));
    }

    /** Searches in the notes: by POST, for what an operator types may be a code or a name. */
    @POST
    @Path("search")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Operation(hidden = true)
    public Uni<Response> search(@Context ConsolePage page, @Context Form form) {
        String note = form.text("contains");
        InviteListing before = listing(page, form);
        if (!isPlain(note, LONGEST_SEARCH)) {
            return show(
                    page,
                    before.at(Trail.FIRST_PAGE),
                    Draft.empty(),
                    Optional.of(messages(page).searchInvalid(LONGEST_SEARCH)),
                    Response.Status.BAD_REQUEST);
        }
        InviteListing found = new InviteListing(before.filter(), note, Trail.FIRST_PAGE);
        return Uni.createFrom().item(ConsolePage.redirect(ROOT + "?view=" + reference(page, found)));
    }

    /** Creates invites, and leads to their codes. */
    @POST
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Operation(hidden = true)
    public Uni<Response> create(@Context ConsolePage page, @Context Form form) {
        PagesMessages messages = messages(page);
        String note = form.text("note");
        OptionalInt count = number(form.text("count"), InviteService.MAX_COUNT);
        OptionalInt days = number(form.text("days"), (int) InviteService.MAX_VALID_FOR.toDays());
        if (count.isEmpty()) {
            return rejected(page, form, messages.countInvalid());
        }
        if (!isPlain(note, InviteService.MAX_NOTE)) {
            return rejected(page, form, messages.noteInvalid(InviteService.MAX_NOTE));
        }
        if (days.isEmpty()) {
            return rejected(page, form, messages.daysInvalid());
        }
        return sentForms
                .once(
                        form,
                        () -> actions.createInvites(
                                page.operator(),
                                count.getAsInt(),
                                Optional.of(note).filter(text -> !text.isEmpty()),
                                Duration.ofDays(days.getAsInt())))
                .map(created -> page.redirect(
                        ROOT + "/new?cards="
                                + cardsOf(
                                        page,
                                        created.stream().map(InviteRow::code).toList()),
                        Notice.done(messages.invitesCreated(created.size()))));
    }

    private Uni<Response> rejected(ConsolePage page, Form form, String error) {
        Draft draft = new Draft(form.text("count"), form.text("note"), form.text("days"), Optional.of(error));
        return show(page, InviteListing.NEWEST, draft, Optional.empty(), Response.Status.BAD_REQUEST);
    }

    /** The codes of one creation, to copy or to print. */
    @GET
    @Path("new")
    @Operation(hidden = true)
    public Uni<Response> created(@Context ConsolePage page, @RestQuery String cards) {
        return withCards(
                page,
                cards,
                rows -> page.show(Templates.newInvites(
                        rows.stream().map(row -> line(page, row)).toList(), cards)));
    }

    /** Leads to the cards of the selected invites, or of all open ones that the list shows. */
    @POST
    @Path("cards")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Operation(hidden = true)
    public Uni<Response> select(@Context ConsolePage page, @Context Form form) {
        return selected(page, form)
                .map(codes -> codes.stream()
                        .filter(code -> isPlain(code, LONGEST_PRINTED_CODE))
                        .distinct()
                        .toList())
                .map(codes -> codes.isEmpty()
                        ? page.redirect(
                                listPath(page, form.text("view")),
                                Notice.failed(messages(page).nothingSelected()))
                        : ConsolePage.redirect(ROOT + "/cards?cards=" + cardsOf(page, codes)));
    }

    private Uni<List<String>> selected(ConsolePage page, Form form) {
        if (form.text("shown").isEmpty()) {
            return Uni.createFrom().item(form.texts("code"));
        }
        return invites.page(listing(page, form).query())
                .map(shown -> shown.items().stream()
                        .filter(row -> state(row) == Filter.OPEN)
                        .map(InviteRow::code)
                        .toList());
    }

    /** Cards to print and to cut out: of the invites that are still open. */
    @GET
    @Path("cards")
    @Operation(hidden = true)
    public Uni<Response> cards(@Context ConsolePage page, @RestQuery String cards) {
        return withCards(page, cards, rows -> {
            List<Card> open = rows.stream()
                    .filter(row -> state(row) == Filter.OPEN)
                    .map(Card::of)
                    .toList();
            List<List<Card>> sheets = new ArrayList<>();
            for (int i = 0; i < open.size(); i += CARDS_PER_SHEET) {
                sheets.add(open.subList(i, Math.min(i + CARDS_PER_SHEET, open.size())));
            }
            return page.show(Templates.cards(sheets, open.size()));
        });
    }

    private Uni<Response> withCards(
            ConsolePage page, String cards, Function<List<InviteRow>, TemplateInstance> content) {
        return Reference.INVITE_CARDS.follow(
                page,
                cards,
                ROOT,
                codes -> invites.find(new JsonArray(codes)
                                .stream().map(String.class::cast).toList())
                        .map(rows -> Response.ok(content.apply(rows)).build()));
    }

    /** Asks before an invite is removed. */
    @GET
    @Path("remove")
    @Operation(hidden = true)
    public Uni<Response> askToRemove(@Context ConsolePage page, @RestQuery String invite, @RestQuery String view) {
        String back = listPath(page, view);
        return Reference.INVITE.follow(
                page,
                invite,
                ROOT,
                code -> invites.find(List.of(code))
                        .map(rows -> rows.stream()
                                .findFirst()
                                .map(row -> Response.ok(page.show(Templates.removeInvite(line(page, row), back)))
                                        .build())
                                .orElseGet(() -> page.redirect(
                                        back, Notice.failed(messages(page).inviteGone())))));
    }

    /** Removes an invite that no account uses. */
    @POST
    @Path("remove")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Operation(hidden = true)
    public Uni<Response> remove(@Context ConsolePage page, @Context Form form) {
        PagesMessages messages = messages(page);
        return Reference.INVITE.follow(
                page,
                form.text("invite"),
                ROOT,
                code -> sentForms
                        .once(form, () -> actions.removeInvite(page.operator(), code))
                        .map(removal -> switch (removal) {
                            case REMOVED -> Notice.done(messages.inviteRemoved());
                            case UNKNOWN -> Notice.failed(messages.inviteGone());
                            case USED_BY_ACCOUNT -> Notice.failed(messages.inviteInUse());
                        })
                        .map(notice -> page.redirect(ROOT, notice)));
    }

    private Uni<Response> show(
            ConsolePage page,
            InviteListing listing,
            Draft draft,
            Optional<String> searchError,
            Response.Status status) {
        return invites.page(listing.query()).map(found -> {
            List<Line> lines =
                    found.items().stream().map(row -> line(page, row)).toList();
            List<Choice> choices = CHOICES.stream()
                    .map(filter ->
                            new Choice(filter, reference(page, listing.withFilter(filter)), filter == listing.filter()))
                    .toList();
            Pager pager = Pager.of(ROOT, listing.trail(), found.next(), trail -> reference(page, listing.at(trail)));
            Listed listed = new Listed(lines, choices, listing.note(), reference(page, listing), pager, searchError);
            return Response.status(status)
                    .entity(page.show(Templates.invites(listed, draft)))
                    .build();
        });
    }

    private Line line(ConsolePage page, InviteRow row) {
        return new Line(
                row.code(),
                row.note(),
                state(row),
                Instant.ofEpochMilli(row.createdAt()),
                Instant.ofEpochMilli(row.expiresAt()),
                row.usedBy().flatMap(UserId::parse).map(user -> Reference.ACCOUNT.seal(page, user.text())),
                Reference.INVITE.seal(page, row.code()));
    }

    /** A used invite counts as used even after it has expired: the operator asks what became of it. */
    private Filter state(InviteRow row) {
        if (row.usedBy().isPresent()) {
            return Filter.USED;
        }
        return row.expiresAt() < clock.millis() ? Filter.EXPIRED : Filter.OPEN;
    }

    private String cardsOf(ConsolePage page, List<String> codes) {
        return Reference.INVITE_CARDS.seal(page, new JsonArray(codes).encode());
    }

    private String reference(ConsolePage page, InviteListing listing) {
        return Reference.INVITE_LIST.seal(page, listing.text());
    }

    /** The list that the form was sent from. */
    private static InviteListing listing(ConsolePage page, Form form) {
        return Reference.INVITE_LIST
                .open(page, form.text("view"))
                .map(InviteListing::of)
                .orElse(InviteListing.NEWEST);
    }

    private String listPath(ConsolePage page, String view) {
        return Reference.INVITE_LIST.open(page, view).isPresent() ? ROOT + "?view=" + view : ROOT;
    }

    private static PagesMessages messages(ConsolePage page) {
        return page.messages(PagesMessages.class);
    }

    /** Whether PostgreSQL can hold it, and a list show it in one line. */
    private static boolean isPlain(String text, int longest) {
        return text.length() <= longest && text.chars().noneMatch(Character::isISOControl);
    }

    /** A whole number from 1 to that. */
    private static OptionalInt number(String text, long largest) {
        try {
            int number = Integer.parseInt(text);
            return number >= 1 && number <= largest ? OptionalInt.of(number) : OptionalInt.empty();
        } catch (NumberFormatException e) {
            return OptionalInt.empty();
        }
    }
}
