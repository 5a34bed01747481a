package dev.logikids.database.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the packaged service is made of, by its bill of materials: nothing that would put it under a copyleft licence. */
class LicencesTest {

    private static final Path BILL_OF_MATERIALS = Path.of("target/bom.json");

    // where a component offers several, one of these has to be among them: EPL-2.0 or GPL is EPL-2.0 for us
    private static final Set<String> PERMITTED = Set.of(
            "0BSD",
            "Apache-2.0",
            "BSD-2-Clause",
            "BSD-3-Clause",
            "CC0-1.0",
            "EPL-1.0",
            "EPL-2.0",
            "MIT",
            "MIT-0",
            "Public Domain");

    @BeforeAll
    static void needsTheBillOfMaterials() {
        // the plugin that writes it does nothing with mvn -o
        assumeTrue(Files.exists(BILL_OF_MATERIALS), "no bill of materials: Maven is offline");
    }

    @Test
    void everyComponentMayBeUsedUnderAPermittedLicence() throws IOException {
        JsonNode components =
                new ObjectMapper().readTree(BILL_OF_MATERIALS.toFile()).path("components");

        assertThat(components).hasSizeGreaterThan(100);
        assertThat(components)
                .filteredOn(component -> licences(component).stream().noneMatch(PERMITTED::contains))
                .extracting(component -> component.path("purl").asText() + " " + licences(component))
                .isEmpty();
    }

    @Test
    void theServerOfDevModeIsNotInIt() throws IOException {
        JsonNode components =
                new ObjectMapper().readTree(BILL_OF_MATERIALS.toFile()).path("components");

        assertThat(components)
                .extracting(component -> component.path("group").asText())
                .doesNotContain("io.zonky.test", "io.zonky.test.postgres", "org.testcontainers", "io.fabric8");
    }

    private static List<String> licences(JsonNode component) {
        return StreamSupport.stream(component.path("licenses").spliterator(), false)
                .map(licence -> licence.has("expression")
                        ? licence.path("expression").asText()
                        : licence.at("/license/id")
                                .asText(licence.at("/license/name").asText()))
                .toList();
    }
}
