package dev.logikids.database.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.logikids.database.testsupport.ApiClient.Answer;
import dev.logikids.database.testsupport.SmallLimits;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(SmallLimits.class)
class SyncLimitTest extends SyncApiTest {

    @Test
    void theSixthRequestOfAUserIsRefusedAndOtherUsersAreNot() {
        SyncUser user = newUser();
        // the last two with errors of their own: they count too
        List<Answer> answers = List.of(
                user.put(upload("YQ==")),
                user.get(),
                user.verify(),
                user.put(new JsonObject()),
                user.put(upload("YQ=="), "If-Match", "\"x\""));
        assertThat(answers).extracting(Answer::status).containsExactly(200, 200, 200, 400, 412);
        for (int i = 0; i < answers.size(); i++) {
            assertHeaders(answers.get(i), 4 - i);
        }

        Answer refused = user.delete();
        assertThat(refused.whole()).isEqualTo("429 {\"error\":\"Too many sync requests. Please try again later.\"}");
        assertHeaders(refused, 0);
        assertThat(Integer.parseInt(refused.header("Retry-After"))).isBetween(3590, 3600);
        assertThat(user.stored("encrypted_blob")).isEqualTo("YQ==");

        assertFirstRequest(newUser().get());
    }

    @Test
    void refusalsBeforeTheBearerCheckDoNotCount() {
        SyncUser user = newUser();
        for (int i = 0; i < 10; i++) {
            Answer other = user.api().get("/api/sync/" + "0".repeat(36));
            assertThat(other.status()).isEqualTo(403);
            assertThat(other.headers().firstValue("RateLimit-Limit")).isEmpty();
        }
        assertFirstRequest(user.get());
    }

    private static void assertFirstRequest(Answer answer) {
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.header("RateLimit-Remaining")).isEqualTo("4");
    }

    private static void assertHeaders(Answer answer, int remaining) {
        assertThat(answer.header("RateLimit-Policy")).isEqualTo("5;w=3600");
        assertThat(answer.header("RateLimit-Limit")).isEqualTo("5");
        assertThat(answer.header("RateLimit-Remaining")).isEqualTo(String.valueOf(remaining));
        assertThat(Integer.parseInt(answer.header("RateLimit-Reset"))).isBetween(3590, 3600);
    }
}
