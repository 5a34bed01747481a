package dev.logikids.database.health;

import static io.restassured.RestAssured.get;

import dev.logikids.database.testsupport.PostgreSqlResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(PostgreSqlResource.class)
class HealthTest {

    @Test
    void theProcessIsLive() {
        get("/q/health/live").then().statusCode(200);
    }
}
