package dev.logikids.database.console;

import static dev.logikids.database.testsupport.ApiTest.registration;
import static dev.logikids.database.testsupport.ApiTest.token;
import static org.assertj.core.api.Assertions.assertThat;

import dev.logikids.database.testsupport.ApiClient.Answer;
import dev.logikids.database.testsupport.ApiTest;
import dev.logikids.database.testsupport.Rows;
import io.quarkus.test.junit.QuarkusTest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The pages invites, accounts and storage over HTTP, without a browser. */
@QuarkusTest
class PagesTest extends ApiTest {

    private static final Pattern CODE = Pattern.compile("(?<![\\w-])[A-Z2-9]{4}-[A-Z2-9]{4}(?![\\w-])");
    private static final Pattern ID =
            Pattern.compile("[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}");

    /** That of dev mode and tests. */
    private static final String ADMIN_TOKEN = "logikids-development-admin-token";

    private Visitor operator;

    @BeforeEach
    void signIn() {
        operator = Visitor.signedIn(api, ADMIN_TOKEN);
    }

    private static String unique() {
        return "n" + UUID.randomUUID().toString().substring(0, 12);
    }

    private Visitor create(int count, String note) {
        return operator.open("/console/invites")
                .send("/console/invites", Map.of("count", Integer.toString(count), "note", note, "days", "3"));
    }

    private Visitor search(String note) {
        return operator.open("/console/invites").send("/console/invites/search", Map.of("contains", note));
    }

    private static List<String> codes(String text) {
        return CODE.matcher(text).results().map(MatchResult::group).distinct().toList();
    }

    private String accountPage(String idOrCode) {
        return operator.open("/console/accounts")
                .send("/console/accounts/find", Map.of("search", idOrCode))
                .page();
    }

    @Test
    void aClassOfInvitesIsCreatedFoundPrintedAndUsed() {
        String note = unique();
        String made = create(30, note).page();
        assertThat(made).contains("30 invites have been created.", note);
        List<String> codes = codes(made);
        assertThat(codes).hasSize(30);
        assertThat(rows.number("SELECT min(expires_at - created_at) FROM invite_codes WHERE note = ?", note))
                .isEqualTo(3 * 86_400_000L);

        String cards = operator.open(operator.link("Print cards")).page();
        assertThat(codes(cards)).containsExactlyElementsOf(codes);
        assertThat(cards).contains("30 cards, 3 pages A4").doesNotContain("<nav");
        assertThat(cards.split("<svg", -1)).hasSize(31);

        String code = codes.get(7);
        assertThat(api.post("/api/auth/register", registration(Rows.newUserId(), code))
                        .status())
                .isEqualTo(201);
        assertThat(search(note.toUpperCase(Locale.ROOT)).page()).contains(code);
        assertThat(codes(operator.page())).hasSize(30);
        operator.open(operator.link("Used"));
        assertThat(codes(operator.page())).containsExactly(code);
        operator.open(operator.link("Open"));
        assertThat(codes(operator.page())).hasSize(29).doesNotContain(code);
        operator.open(operator.link("Expired"));
        assertThat(operator.page()).contains("No invite matches.");
    }

    @Test
    void oneFormCreatesOnceHoweverOftenItIsSent() {
        String note = unique();
        operator.open("/console/invites");
        Map<String, String> fields = Map.of("count", "5", "note", note, "days", "7");
        Answer first = operator.sent("/console/invites", fields);
        Answer again = operator.sent("/console/invites", fields);
        assertThat(List.of(first.status(), again.status())).containsOnly(303);
        assertThat(rows.number("SELECT count(*) FROM invite_codes WHERE note = ?", note))
                .isEqualTo(5);
        operator.sent("/console/invites", Map.of("count", "6", "note", note, "days", "7"));
        assertThat(rows.number("SELECT count(*) FROM invite_codes WHERE note = ?", note))
                .as("who goes back and changes the form means it")
                .isEqualTo(11);
        create(5, note);
        assertThat(rows.number("SELECT count(*) FROM invite_codes WHERE note = ?", note))
                .as("another copy of the form is another class")
                .isEqualTo(16);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "101", "-1", "", "1.5", "2147483648", "ten", "1e2"})
    void aWrongNumberCreatesNothing(String number) {
        String note = unique();
        operator.open("/console/invites");
        Answer count = operator.sent("/console/invites", Map.of("count", number, "note", note, "days", "7"));
        assertThat(count.status()).isEqualTo(400);
        assertThat(count.body()).contains("How many: enter a whole number from 1 to 100.", note);
        Answer days = operator.sent(
                "/console/invites", Map.of("count", "1", "note", note, "days", number.equals("101") ? "367" : number));
        assertThat(days.status()).isEqualTo(400);
        assertThat(days.body()).contains("Valid (days): enter a whole number from 1 to 366.");
        assertThat(rows.number("SELECT count(*) FROM invite_codes WHERE note = ?", note))
                .isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<script>alert(1)</script>",
                "\"><img src=x onerror=alert(1)>",
                "' onfocus='alert(1)",
                "{page.csrf} {#each}",
                "&amp; &lt;b&gt;",
                "\u202Eevil\u202C \u0627\u0644\u0641\u0635\u0644",
                "100% _under_ \\back 😀"
            })
    void anyNoteIsShownAsTextAndFoundAgain(String hostile) {
        String note = unique() + hostile;
        create(1, note);
        String code =
                rows.texts("SELECT code FROM invite_codes WHERE note = ?", note).get(0);
        for (String page : List.of(
                operator.page(),
                search(note).page(),
                operator.open(operator.links("/console/invites/remove").get(0)).page())) {
            assertThat(page).contains(code).doesNotContain("<script>alert", "<img src=x", "' onfocus");
        }
        search(note);
        assertThat(operator.form("/console/invites/search")).containsEntry("contains", note);
    }

    @Test
    void aNoteThatCannotBeStoredIsRefusedWithItsReason() {
        operator.open("/console/invites");
        Answer nul = operator.sent("/console/invites", Map.of("count", "1", "note", "a\0b", "days", "7"));
        Answer line = operator.sent("/console/invites", Map.of("count", "1", "note", "a\nb", "days", "7"));
        Answer tooLong = operator.sent("/console/invites", Map.of("count", "1", "note", "x".repeat(201), "days", "7"));
        Answer longer =
                operator.sent("/console/invites", Map.of("count", "1", "note", "x".repeat(10_000), "days", "7"));
        for (Answer answer : List.of(nul, line, tooLong, longer)) {
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.body()).contains("The note may have at most 200 characters and no control characters.");
        }
        Answer huge =
                operator.sent("/console/invites", Map.of("count", "1", "note", "\u00e4".repeat(10_000), "days", "7"));
        assertThat(huge.status()).isEqualTo(413);
        Answer search = operator.sent("/console/invites/search", Map.of("contains", "a\0b"));
        assertThat(search.status()).isEqualTo(400);
        assertThat(search.body()).contains("The search may have at most 100 characters");
    }

    @Test
    void aLongNoteOfOldIsListed() {
        String note = unique() + "y".repeat(10_000);
        rows.run(
                "INSERT INTO invite_codes (code, created_at, expires_at, note) VALUES (?, ?, 1, ?)",
                unique().toUpperCase(Locale.ROOT),
                System.currentTimeMillis(),
                note);
        assertThat(search(note.substring(0, 13)).page()).contains(note);
    }

    @Test
    void everyPageOfAListIsReachedForwardsAndBackwards() {
        String note = unique();
        rows.run(
                "INSERT INTO invite_codes (code, created_at, expires_at, note)"
                        + " SELECT ? || i, 1700000000000 + i / 7, 1, ? FROM generate_series(1, 130) AS i",
                note,
                note);
        search(note);
        List<List<String>> pages = new ArrayList<>();
        pages.add(listed(note));
        while (operator.hasLink("Next")) {
            operator.open(operator.link("Next"));
            pages.add(listed(note));
        }
        assertThat(pages).extracting(List::size).containsExactly(50, 50, 30);
        List<String> all = pages.stream().flatMap(List::stream).toList();
        assertThat(new HashSet<>(all)).hasSize(130);
        operator.open(operator.link("Previous"));
        assertThat(listed(note)).isEqualTo(pages.get(1));
        operator.open(operator.link("Previous"));
        assertThat(listed(note)).isEqualTo(pages.get(0));
        assertThat(operator.hasLink("Previous")).isFalse();
    }

    private List<String> listed(String beginning) {
        return Pattern.compile("class=\"code mono\">(" + beginning + "\\d+)<")
                .matcher(operator.page())
                .results()
                .map(line -> line.group(1))
                .toList();
    }

    @Test
    void anOpenInviteIsRemovedAfterAQuestionAndAUsedOneIsNot() {
        String note = unique();
        create(2, note);
        List<String> codes = codes(operator.page());
        search(note);
        String question = operator.links("/console/invites/remove").get(0);
        String code = codes(operator.open(question).page()).get(0);
        Map<String, String> form = operator.form("/console/invites/remove");
        assertThat(operator.send("/console/invites/remove", Map.of()).page()).contains("The invite has been removed.");
        assertThat(rows.number("SELECT count(*) FROM invite_codes WHERE code = ?", code))
                .isZero();
        assertThat(operator.open(question).page()).contains("it has been removed already");
        form.put("once", "another click");
        assertThat(operator.post("/console/invites/remove", form).status()).isEqualTo(303);

        String other =
                codes.stream().filter(each -> !each.equals(code)).findFirst().orElseThrow();
        search(note);
        operator.open(operator.links("/console/invites/remove").get(0));
        registered(other);
        assertThat(operator.send("/console/invites/remove", Map.of()).page()).contains("This invite cannot be removed");
        assertThat(search(note).links("/console/invites/remove")).isEmpty();
    }

    private Answer registered(String code) {
        Answer answer = api.post("/api/auth/register", registration(Rows.newUserId(), code));
        assertThat(answer.status()).isEqualTo(201);
        return answer;
    }

    @Test
    void anAccountIsFoundByItsIdOrItsInviteHoweverItIsTyped() {
        String code = rows.invite();
        String id = userId(registered(code));
        for (String typed : List.of(
                id,
                id.toUpperCase(Locale.ROOT),
                "  " + id + "\t",
                code,
                code.toLowerCase(Locale.ROOT),
                " " + code + " ")) {
            assertThat(accountPage(typed)).contains(id, code);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "\0",
                "' OR 1=1 --",
                "00000000-0000-4000-8000-000000000000",
                "%",
                "{{7*7}}",
                "\u202E",
                "<b>",
                "5f0c1d2e-3a4b-4c5d-8e6f-7a8b9c0d1e2f\n5f0c1d2e-3a4b-4c5d-8e6f-7a8b9c0d1e2f",
                "\uD800"
            })
    void whatNamesNoAccountSaysSo(String typed) {
        operator.open("/console/accounts");
        Answer answer = operator.sent("/console/accounts/find", Map.of("search", typed));
        assertThat(answer.status()).isIn(400, 404);
        assertThat(answer.body()).containsAnyOf("There is no account with this", "Enter a user id");
    }

    @Test
    void aRevokedAccountIsLockedOutAndARestoredOneMayComeBack() {
        Answer entry = registered();
        String id = userId(entry);
        assertThat(accountPage(id)).contains(">active<", "Revoke");
        operator.send("/console/accounts/revoke", Map.of());
        assertThat(operator.page()).contains("The account is revoked", ">revoked<", "No open session.");
        assertThat(api.get("/api/auth/verify", entry.text("accessToken")).status())
                .isEqualTo(401);
        assertThat(api.post("/api/auth/refresh", token(entry.text("refreshToken")))
                        .status())
                .isIn(401, 403);
        operator.send("/console/accounts/restore", Map.of());
        assertThat(operator.page()).contains("The account is active");
        assertThat(api.post("/api/auth/login", user(id)).status()).isEqualTo(200);
    }

    @Test
    void sessionsEndOneByOneOrTogether() {
        Answer entry = registered();
        String id = userId(entry);
        Answer second = api.post("/api/auth/login", user(id));
        api.post("/api/auth/login", user(id));
        accountPage(id);
        operator.send("/console/accounts/end-session", Map.of());
        assertThat(operator.page()).contains("The session has ended.");
        Map<String, String> foreign = operator.form("/console/accounts/end-session");
        foreign.put("session", "999999999");
        foreign.put("once", "x");
        assertThat(operator.post("/console/accounts/end-session", foreign).status())
                .isEqualTo(303);
        operator.send("/console/accounts/end-sessions", Map.of());
        assertThat(operator.page()).contains("2 sessions have ended.", "No open session.");
        for (Answer each : List.of(entry, second)) {
            assertThat(api.post("/api/auth/refresh", token(each.text("refreshToken")))
                            .status())
                    .isIn(401, 403);
        }
    }

    @Test
    void anExportIsAFileThatNobodyKeeps() {
        Answer entry = registered();
        String id = userId(entry);
        api.as(entry.text("accessToken")).put("/api/sync/" + id, upload());
        accountPage(id);
        Answer export = operator.sent("/console/accounts/export", Map.of());
        assertThat(export.status()).isEqualTo(200);
        assertThat(export.header("Cache-Control")).isEqualTo("no-store");
        assertThat(export.header("Content-Disposition"))
                .isEqualTo("attachment; filename=\"account-" + id.substring(0, 8) + ".json\"");
        assertThat(export.json().getJsonObject("account").getString("user_id")).isEqualTo(id);
        assertThat(export.json().getJsonObject("sync").getString("encryptedBlob"))
                .isEqualTo("QUJD");
    }

    @Test
    void anAccountIsErasedOnceItsBeginningWasTyped() {
        Answer entry = registered();
        String id = userId(entry);
        api.as(entry.text("accessToken")).put("/api/sync/" + id, upload());
        accountPage(id);
        operator.open(operator.links("/console/accounts/erase").get(0));
        Answer wrong = operator.sent("/console/accounts/erase", Map.of("beginning", "12345678"));
        assertThat(wrong.status()).isEqualTo(400);
        assertThat(wrong.body()).contains("Nothing has been erased.");
        assertThat(rows.number("SELECT count(*) FROM user_accounts WHERE user_id = ?", id))
                .isOne();

        Map<String, String> typed = Map.of("beginning", id.substring(0, 8).toUpperCase(Locale.ROOT));
        Map<String, String> form = operator.form("/console/accounts/erase");
        operator.send("/console/accounts/erase", typed);
        assertThat(operator.page()).contains("The account has been erased for good: its stored data, 1 token.");
        assertThat(rows.number("SELECT count(*) FROM user_accounts WHERE user_id = ?", id))
                .isZero();
        form.putAll(typed);
        form.put("once", "another click");
        assertThat(operator.post("/console/accounts/erase", form).status()).isEqualTo(303);
        assertThat(operator.open("/console/accounts").page()).doesNotContain(id.substring(0, 8));
    }

    @Test
    void noAddressHoldsAnIdOrACodeAndNoListAWholeId() {
        String note = unique();
        create(3, note);
        String code = codes(operator.page()).get(0);
        String id = userId(registered(code));
        List<String> pages = new ArrayList<>();
        pages.add(search(note).page());
        pages.add(operator.open("/console/accounts").page());
        assertThat(ID.matcher(operator.page()).results())
                .as("whole ids in the list")
                .isEmpty();
        pages.add(accountPage(id));
        pages.add(
                operator.open(operator.links("/console/accounts/erase").get(0)).page());
        for (String page : pages) {
            Pattern.compile("(?:href|action)=\"([^\"]*)\"")
                    .matcher(page)
                    .results()
                    .forEach(address -> assertThat(address.group(1))
                            .doesNotContain(id, code, note)
                            .doesNotContainPattern(ID)
                            .doesNotContainPattern(CODE));
        }
    }

    @Test
    void referencesOfAnotherSessionOrOfNobodyLeadNowhere() {
        String id = userId(registered());
        accountPage(id);
        String reference = operator.form("/console/accounts/revoke").get("account");
        Visitor other = Visitor.signedIn(api, ADMIN_TOKEN);
        for (String forged : List.of(
                reference,
                reference.substring(1),
                "A".repeat(60),
                "x",
                "%00",
                "..%2F..",
                "%0d%0aX:%20y",
                "A".repeat(3_000))) {
            for (String path : List.of(
                    "/console/accounts/account?account=",
                    "/console/accounts/erase?account=",
                    "/console/accounts?view=",
                    "/console/invites?view=",
                    "/console/invites/new?cards=",
                    "/console/invites/cards?cards=",
                    "/console/invites/remove?invite=")) {
                assertThat(other.open(path + forged).page())
                        .contains("That link is no longer valid")
                        .doesNotContain(id);
            }
        }
        other.open("/console/accounts");
        String csrf = other.form("/console/accounts/find").get("csrf");
        for (String action : List.of("revoke", "restore", "end-session", "end-sessions", "export", "erase")) {
            Answer answer = other.post(
                    "/console/accounts/" + action, Map.of("csrf", csrf, "account", reference, "session", "1"));
            assertThat(answer.status()).as(action).isEqualTo(303);
        }
        assertThat(rows.texts("SELECT revoked FROM user_accounts WHERE user_id = ?", id))
                .containsExactly("f");
        other.open("/console/invites");
        Answer nothing = other.post("/console/invites/cards", Map.of("csrf", csrf, "view", "\r\n http://evil/"));
        assertThat(nothing.header("Location")).endsWith("/console/invites");
    }

    @Test
    void storageShowsTablesGrowthSizesAndTheNextCleanUp() {
        rows.run(
                "INSERT INTO invite_codes (code, created_at, expires_at) VALUES (?, 1, 2)",
                unique().toUpperCase(Locale.ROOT));
        String page = operator.open("/console/storage").page();
        assertThat(page)
                .contains("user_sync_data", "refresh_tokens", "invite_codes", "idx_refresh_tokens_user_id")
                .contains("Growth as a table", "Size of stored data", "Expired invites that nobody has used");
    }

    @Test
    void everyPageSpeaksGerman() {
        operator.open("/console/language?to=de&back=/console/invites");
        assertThat(create(2, "Klasse 3b").page()).contains("2 Einladungen wurden erstellt.", "lang=\"de\"");
        assertThat(operator.open(operator.link("Karten drucken")).page()).contains("Gültig bis");
        assertThat(accountPage(userId(registered()))).contains("Sperren", "Sitzungen");
        assertThat(operator.open("/console/storage").page()).contains("Nächstes Aufräumen");
    }
}
