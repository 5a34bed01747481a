package dev.logikids.database.invite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.logikids.database.testsupport.ApiClient.Answer;
import dev.logikids.database.testsupport.ApiTest;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class InviteResourceTest extends ApiTest {

    private static final long PAST = 1_000;
    private static final long FUTURE = 4_000_000_000_000L;

    @ParameterizedTest
    @ValueSource(
            strings = {"{}", "{\"code\":\"\"}", "{\"code\":null}", "{\"code\":7}", "{\"code\":[]}", "{\"code\":{}}", ""
            })
    void aCodeThatIsMissingEmptyOrNoStringIsRefused(String body) {
        for (String path : List.of("/api/invite/check", "/api/invite/validate")) {
            Answer answer = api.postText(path, "application/json", body);

            assertThat(answer.error()).isEqualTo("400 Invalid code format");
        }
    }

    @Test
    void noBodyOrAnotherTypeOfBodyIsAMissingCode() {
        String body = ask(rows.invite()).encode();

        assertThat(api.postNothing("/api/invite/check").error()).isEqualTo("400 Invalid code format");
        assertThat(api.postText("/api/invite/check", "text/plain", body).error())
                .isEqualTo("400 Invalid code format");
    }

    @Test
    void anOpenCodeIsValidAndStaysSo() {
        String code = rows.invite();

        for (int i = 0; i < 2; i++) {
            assertAnswer(api.post("/api/invite/check", ask(code)), 200, "{\"valid\":true}");
            assertAnswer(api.post("/api/invite/validate", ask(code)), 200, "{\"valid\":true}");
        }
    }

    @Test
    void aCodeIsFoundInAnyLetterCaseAndWithBlanksAroundIt() {
        String code = " \t" + rows.invite().toLowerCase(Locale.ROOT) + "\n ";

        assertAnswer(api.post("/api/invite/check", ask(code)), 200, "{\"valid\":true}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"NONE-SUCH", " ", "' OR 1=1 --"})
    void anUnknownOrBlankCodeIsNotFound(String code) {
        assertInvalid(code, "Code not found");
    }

    @Test
    void anExpiredCodeIsExpiredEvenWhenItWasUsed() {
        assertInvalid(rows.invite(PAST, null), "Code expired");
        assertInvalid(rows.invite(PAST, "somebody"), "Code expired");
    }

    @Test
    void aUsedCodeIsUsed() {
        assertInvalid(rows.invite(FUTURE, "somebody"), "Code already used");
    }

    @Test
    void anEmptyUserInALegacyRowIsNobody() {
        assertAnswer(api.post("/api/invite/check", ask(rows.invite(FUTURE, ""))), 200, "{\"valid\":true}");
    }

    private void assertInvalid(String code, String reason) {
        assertAnswer(api.post("/api/invite/check", ask(code)), 200, "{\"valid\":false,\"reason\":\"" + reason + "\"}");
        assertAnswer(
                api.post("/api/invite/validate", ask(code)), 400, "{\"valid\":false,\"error\":\"" + reason + "\"}");
    }

    private static void assertAnswer(Answer answer, int status, String json) {
        assertThat(answer.body()).isEqualTo(json);
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.header("Content-Type")).isIn("application/json", "application/json;charset=UTF-8");
    }

    private static JsonObject ask(String code) {
        return new JsonObject().put("code", code);
    }
}
