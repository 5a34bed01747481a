package dev.logikids.database.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.logikids.database.testsupport.ApiTest;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

@QuarkusTest
class OpenApiTest extends ApiTest {

    private static final Path COMMITTED = Path.of("src/main/openapi/openapi.yaml");

    @Test
    void theServedDocumentIsTheCommittedOne() throws IOException {
        String served = api.get("/q/openapi").body();
        if (Boolean.getBoolean("openapi.write")) {
            Files.createDirectories(COMMITTED.getParent());
            Files.writeString(COMMITTED, served);
        }
        assertThat(served)
                .as("mvn test -Dtest=OpenApiTest -Dopenapi.write=true takes the served document over")
                .isEqualTo(Files.readString(COMMITTED));
    }

    @Test
    void everyEndpointHasASummaryAndErrors() {
        String[] operations = api.get("/q/openapi").body().split("\n    (get|put|post|delete):\n");
        assertThat(operations).hasSizeGreaterThan(18);
        for (int i = 1; i < operations.length; i++) {
            if (operations[i - 1].strip().endsWith("/api/status:") || operations[i - 1].strip().endsWith("\n  /:")) {
                continue;
            }
            assertThat(operations[i]).contains("summary:").contains("\"503\":");
        }
    }
}
