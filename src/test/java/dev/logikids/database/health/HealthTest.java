package dev.logikids.database.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.logikids.database.testsupport.ApiTest;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;

@QuarkusTest
class HealthTest extends ApiTest {

    @Test
    void theProcessIsLive() {
        assertThat(api.get("/q/health/live").status()).isEqualTo(200);
    }
}
