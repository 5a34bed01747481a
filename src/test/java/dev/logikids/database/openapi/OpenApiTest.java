package dev.logikids.database.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.logikids.database.testsupport.ApiTest;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

@QuarkusTest
class OpenApiTest extends ApiTest {

    private static final Path COMMITTED = Path.of("src/main/openapi/openapi.yaml");

    @Test
    void theServedDocumentIsTheCommittedOne() throws IOException {
        String served = sorted(api.get("/q/openapi?format=json").body());
        if (Boolean.getBoolean("openapi.write")) {
            Files.createDirectories(COMMITTED.getParent());
            Files.writeString(COMMITTED, served);
        }
        assertThat(served)
                .as("mvn test -Dtest=OpenApiTest -Dopenapi.write=true takes the served document over")
                .isEqualTo(Files.readString(COMMITTED));
    }

    /** As YAML with its keys in alphabetical order: Quarkus orders some of them by chance. */
    private static String sorted(String json) throws IOException {
        Object document = new ObjectMapper().readValue(json, Object.class);
        return YAMLMapper.builder()
                .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
                .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
                .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
                .build()
                .writeValueAsString(document);
    }

    @Test
    void everyEndpointOfTheApiSaysItsErrors() {
        JsonObject paths = new JsonObject(api.get("/q/openapi?format=json").body()).getJsonObject("paths");
        List<String> calls = new ArrayList<>();
        for (String path : paths.fieldNames()) {
            if (path.startsWith("/api/") && !path.equals("/api/status")) {
                for (String method : paths.getJsonObject(path).fieldNames()) {
                    if (paths.getJsonObject(path).getValue(method) instanceof JsonObject operation
                            && operation.containsKey("responses")) {
                        calls.add(method + " " + path);
                        assertThat(operation.getString("summary")).as(path).isNotBlank();
                        assertThat(operation.getJsonObject("responses").fieldNames())
                                .as(path)
                                .contains("500", "503");
                    }
                }
            }
        }
        assertThat(calls).hasSize(18);
    }
}
