package dev.logikids.database.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import dev.logikids.database.testsupport.LimitsProfile;
import dev.logikids.database.testsupport.PostgreSqlResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(LimitsProfile.class)
@QuarkusTestResource(PostgreSqlResource.class)
class SyncLimitTest {

    @Test
    void theSixthRequestOfAUserIsRefusedAndOtherUsersAreNot() {
        SyncUser user = SyncUser.create();
        // the last two with errors of their own: they count too
        List<Response> answers = List.of(
                user.put(SyncUser.upload("YQ==")),
                user.get(),
                user.call().post(user.path() + "/verify"),
                user.put(new JsonObject()),
                user.put(SyncUser.upload("YQ=="), Map.of("If-Match", "\"x\"")));
        assertThat(answers).extracting(Response::statusCode).containsExactly(200, 200, 200, 400, 412);
        for (int i = 0; i < answers.size(); i++) {
            assertHeaders(answers.get(i), 4 - i);
        }

        Response refused = user.call().delete(user.path());
        refused.then().statusCode(429).body(equalTo("{\"error\":\"Too many sync requests. Please try again later.\"}"));
        assertHeaders(refused, 0);
        assertThat(Integer.parseInt(refused.header("Retry-After"))).isBetween(3590, 3600);
        assertThat(user.stored("encrypted_blob")).isEqualTo("YQ==");

        SyncUser.create().get().then().statusCode(404).header("RateLimit-Remaining", "4");
    }

    @Test
    void refusalsBeforeTheBearerCheckDoNotCount() {
        SyncUser user = SyncUser.create();
        for (int i = 0; i < 10; i++) {
            Response other = user.call().get("/api/sync/" + "0".repeat(36));
            assertThat(other.statusCode()).isEqualTo(403);
            assertThat(other.header("RateLimit-Limit")).isNull();
        }
        user.get().then().statusCode(404).header("RateLimit-Remaining", "4");
    }

    private static void assertHeaders(Response answer, int remaining) {
        assertThat(answer.header("RateLimit-Policy")).isEqualTo("5;w=3600");
        assertThat(answer.header("RateLimit-Limit")).isEqualTo("5");
        assertThat(answer.header("RateLimit-Remaining")).isEqualTo(String.valueOf(remaining));
        assertThat(Integer.parseInt(answer.header("RateLimit-Reset"))).isBetween(3590, 3600);
    }
}
