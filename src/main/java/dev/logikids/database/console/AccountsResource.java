package dev.logikids.database.console;

import dev.logikids.database.account.AccountDetail;
import dev.logikids.database.account.AccountDirectory;
import dev.logikids.database.account.AccountQuery.Filter;
import dev.logikids.database.account.AccountQuery.Order;
import dev.logikids.database.account.AccountSummary;
import dev.logikids.database.admin.AdminActions;
import dev.logikids.database.admin.Operator;
import dev.logikids.database.token.SessionRow;
import dev.logikids.database.user.UserId;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestQuery;

/** Accounts: finds and lists them, shows one, and does what the support desk is asked for. */
@Path(AccountsResource.ROOT)
@Produces(MediaType.TEXT_HTML)
public class AccountsResource {

    static final String ROOT = ConsoleGate.ROOT + "/accounts";

    private static final String ONE = ROOT + "/account?account=";

    /** Far more than an id or a code has. */
    private static final int LONGEST_SEARCH = 100;

    private static final List<Filter> FILTERS = List.of(Filter.ALL, Filter.ACTIVE, Filter.REVOKED);

    private static final List<Order> ORDERS = List.of(Order.NEWEST, Order.LAST_SEEN);

    private final AccountDirectory accounts;
    private final AdminActions actions;
    private final SentForms sentForms;

    AccountsResource(AccountDirectory accounts, AdminActions actions, SentForms sentForms) {
        this.accounts = accounts;
        this.actions = actions;
        this.sentForms = sentForms;
    }

    /**
     * An account in a list.
     *
     * @param beginning of its id, which as a whole is the login of its user
     */
    public record Line(
            String beginning,
            Instant created,
            Instant lastSeen,
            boolean revoked,
            int sessions,
            Optional<Integer> blobSize,
            String reference) {

        @Override
        public String toString() {
            return "Line[***]";
        }
    }

    /** A filter to choose. */
    public record FilterChoice(Filter filter, String view, boolean chosen) {}

    /** An order to choose. */
    public record OrderChoice(Order order, String view, boolean chosen) {}

    /** What the list shows, and where its links lead. */
    public record Listed(
            List<Line> lines,
            List<FilterChoice> filters,
            List<OrderChoice> orders,
            Pager pager,
            Optional<String> searchError) {

        @Override
        public String toString() {
            return "Listed[***]";
        }
    }

    /** A session that can be ended. */
    public record OpenSession(long id, Instant began, Instant lastUsed, Instant ends) {

        static OpenSession of(SessionRow row) {
            return new OpenSession(
                    row.id(),
                    Instant.ofEpochMilli(row.createdAt()),
                    Instant.ofEpochMilli(row.lastUsedAt()),
                    Instant.ofEpochMilli(row.expiresAt()));
        }
    }

    /** One account. */
    public record Shown(
            AccountDetail detail,
            Line line,
            List<OpenSession> sessions,
            List<Line> twins,
            Optional<String> eraseError) {

        /** The whole id: whoever helps a user has to compare it. */
        public String userId() {
            return detail.account().userId();
        }

        public String inviteCode() {
            return detail.account().inviteCode();
        }

        public Optional<String> note() {
            return detail.invite().flatMap(invite -> invite.note());
        }

        public Optional<AccountDetail.Blob> blob() {
            return detail.data();
        }

        @Override
        public String toString() {
            return "Shown[***]";
        }
    }

    @CheckedTemplate(basePath = "console")
    static final class Templates {

        static native TemplateInstance accounts(Listed listed);

        static native TemplateInstance account(Shown shown);

        static native TemplateInstance eraseAccount(Shown shown);

        private Templates() {}
    }

    /** The list. */
    @GET
    @Operation(hidden = true)
    public Uni<Response> list(@Context ConsolePage page, @RestQuery String view) {
        if (view == null) {
            return show(page, AccountListing.NEWEST, Optional.empty(), Response.Status.OK);
        }
        return Reference.ACCOUNT_LIST.follow(
                page, view, ROOT, text -> show(page, AccountListing.of(text), Optional.empty(), Response.Status.OK));
    }

    /** Finds an account by its id or its invite code: by POST, for neither may be in a URL. */
    @POST
    @Path("find")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Operation(hidden = true)
    public Uni<Response> find(@Context ConsolePage page, @Context Form form) {
        PagesMessages messages = messages(page);
        String text = form.text("search");
        if (text.isEmpty() || text.length() > LONGEST_SEARCH || text.chars().anyMatch(Character::isISOControl)) {
            return notFound(page, messages.idOrCodeInvalid(), Response.Status.BAD_REQUEST);
        }
        return accounts.find(text)
                .chain(found -> found.isEmpty()
                        ? notFound(page, messages.accountNotFound(), Response.Status.NOT_FOUND)
                        : Uni.createFrom()
                                .item(ConsolePage.redirect(
                                        ONE + reference(page, found.get(0).userId()))));
    }

    private Uni<Response> notFound(ConsolePage page, String error, Response.Status status) {
        return show(page, AccountListing.NEWEST, Optional.of(error), status);
    }

    /** One account. */
    @GET
    @Path("account")
    @Operation(hidden = true)
    public Uni<Response> account(@Context ConsolePage page, @RestQuery String account) {
        return follow(
                page,
                account,
                user -> detail(
                        page,
                        user,
                        Optional.empty(),
                        shown ->
                                Response.ok(page.show(Templates.account(shown))).build()));
    }

    /** Asks before an account is erased. */
    @GET
    @Path("erase")
    @Operation(hidden = true)
    public Uni<Response> askToErase(@Context ConsolePage page, @RestQuery String account) {
        return follow(
                page,
                account,
                user -> detail(
                        page,
                        user,
                        Optional.empty(),
                        shown -> Response.ok(page.show(Templates.eraseAccount(shown)))
                                .build()));
    }

    /** Locks the account. */
    @POST
    @Path("revoke")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Operation(hidden = true)
    public Uni<Response> revoke(@Context ConsolePage page, @Context Form form) {
        return act(
                page,
                form,
                (operator, user) -> actions.revokeAccount(operator, user)
                        .map(ids -> noticeUnlessGone(page, ids, messages(page).accountRevoked())));
    }

    /** Unlocks the account. */
    @POST
    @Path("restore")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Operation(hidden = true)
    public Uni<Response> restore(@Context ConsolePage page, @Context Form form) {
        return act(
                page,
                form,
                (operator, user) -> actions.restoreAccount(operator, user)
                        .map(ids -> noticeUnlessGone(page, ids, messages(page).accountRestored())));
    }

    private static Notice noticeUnlessGone(ConsolePage page, List<UserId> ids, String done) {
        return ids.isEmpty() ? Notice.failed(messages(page).accountGone()) : Notice.done(done);
    }

    /** Ends every session of the account. */
    @POST
    @Path("end-sessions")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Operation(hidden = true)
    public Uni<Response> endSessions(@Context ConsolePage page, @Context Form form) {
        return act(
                page,
                form,
                (operator, user) -> actions.endSessions(operator, user)
                        .map(ended -> ended.map(
                                        count -> Notice.done(messages(page).sessionsEnded(count)))
                                .orElseGet(() -> Notice.failed(messages(page).accountGone()))));
    }

    /** Ends one session of the account. */
    @POST
    @Path("end-session")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Operation(hidden = true)
    public Uni<Response> endSession(@Context ConsolePage page, @Context Form form) {
        return act(
                page,
                form,
                (operator, user) -> actions.endSession(operator, user, sessionId(form.text("session")))
                        .map(known -> known
                                ? Notice.done(messages(page).sessionEnded())
                                : Notice.failed(messages(page).sessionGone())));
    }

    /** All that is stored about the account, as a file. */
    @POST
    @Path("export")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Operation(hidden = true)
    public Uni<Response> export(@Context ConsolePage page, @Context Form form) {
        return follow(
                page,
                form.text("account"),
                user -> actions.exportAccount(page.operator(), user)
                        .map(export -> export.map(json -> Response.ok(json, MediaType.APPLICATION_JSON)
                                        .header(
                                                HttpHeaders.CONTENT_DISPOSITION,
                                                "attachment; filename=\"account-" + beginning(user.text()) + ".json\"")
                                        .build())
                                .orElseGet(() -> gone(page))));
    }

    /** Erases the account, if the beginning of its id was typed too. */
    @POST
    @Path("erase")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Operation(hidden = true)
    public Uni<Response> erase(@Context ConsolePage page, @Context Form form) {
        return follow(page, form.text("account"), user -> {
            PagesMessages messages = messages(page);
            if (!form.text("beginning").equalsIgnoreCase(beginning(user.text()))) {
                return detail(
                        page,
                        user,
                        Optional.of(messages.eraseNotConfirmed()),
                        shown -> Response.status(Response.Status.BAD_REQUEST)
                                .entity(page.show(Templates.eraseAccount(shown)))
                                .build());
            }
            return sentForms
                    .once(form, () -> actions.eraseAccount(page.operator(), user))
                    .map(erased -> erased.map(rows ->
                                    Notice.done(messages.accountErased(rows.userSyncData(), rows.refreshTokens())))
                            .orElseGet(() -> Notice.failed(messages.accountGone())))
                    .map(notice -> page.redirect(ROOT, notice));
        });
    }

    private Uni<Response> act(ConsolePage page, Form form, BiFunction<Operator, UserId, Uni<Notice>> action) {
        String account = form.text("account");
        return follow(
                page,
                account,
                user -> sentForms
                        .once(form, () -> action.apply(page.operator(), user))
                        .map(notice -> page.redirect(ONE + account, notice)));
    }

    private Uni<Response> detail(
            ConsolePage page, UserId user, Optional<String> eraseError, Function<Shown, Response> content) {
        return accounts.detail(user)
                .map(found -> found.map(detail -> new Shown(
                                detail,
                                line(page, detail.account()),
                                detail.sessions().stream().map(OpenSession::of).toList(),
                                detail.twins().stream()
                                        .map(twin -> line(page, twin))
                                        .toList(),
                                eraseError))
                        .map(content)
                        .orElseGet(() -> gone(page)));
    }

    private static Response gone(ConsolePage page) {
        return page.redirect(ROOT, Notice.failed(messages(page).accountGone()));
    }

    private Uni<Response> show(
            ConsolePage page, AccountListing listing, Optional<String> searchError, Response.Status status) {
        return accounts.page(listing.query()).map(found -> {
            Listed listed = new Listed(
                    found.items().stream().map(row -> line(page, row)).toList(),
                    FILTERS.stream()
                            .map(filter -> new FilterChoice(
                                    filter, reference(page, listing.withFilter(filter)), filter == listing.filter()))
                            .toList(),
                    ORDERS.stream()
                            .map(order -> new OrderChoice(
                                    order, reference(page, listing.withOrder(order)), order == listing.order()))
                            .toList(),
                    Pager.of(ROOT, listing.trail(), found.next(), trail -> reference(page, listing.at(trail))),
                    searchError);
            return Response.status(status)
                    .entity(page.show(Templates.accounts(listed)))
                    .build();
        });
    }

    private Line line(ConsolePage page, AccountSummary account) {
        return new Line(
                beginning(account.userId()),
                Instant.ofEpochMilli(account.createdAt()),
                Instant.ofEpochMilli(account.lastSeen()),
                account.revoked(),
                account.sessions(),
                account.blobSize(),
                reference(page, account.userId()));
    }

    private static String beginning(String userId) {
        return userId.substring(0, 8);
    }

    private static Uni<Response> follow(ConsolePage page, String account, Function<UserId, Uni<Response>> content) {
        return Reference.ACCOUNT.follow(page, account, ROOT, text -> content.apply(new UserId(text)));
    }

    private String reference(ConsolePage page, String userId) {
        return Reference.ACCOUNT.seal(page, userId);
    }

    private String reference(ConsolePage page, AccountListing listing) {
        return Reference.ACCOUNT_LIST.seal(page, listing.text());
    }

    /** Session ids are positive; -1 matches none. */
    private static long sessionId(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    private static PagesMessages messages(ConsolePage page) {
        return page.messages(PagesMessages.class);
    }
}
