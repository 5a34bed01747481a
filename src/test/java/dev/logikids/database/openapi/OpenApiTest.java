package dev.logikids.database.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.logikids.database.problem.ProblemCode;
import dev.logikids.database.testsupport.ApiClient.Answer;
import dev.logikids.database.testsupport.ApiTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.jandex.Index;
import org.jboss.jandex.Indexer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
class OpenApiTest extends ApiTest {

    private static final Path COMMITTED = Path.of("src/main/openapi/openapi.yaml");

    /** What Quarkus or Vert.x rejects before it chooses a resource method. */
    private static final Set<ProblemCode> OF_NO_METHOD = EnumSet.of(
            ProblemCode.MALFORMED_REQUEST,
            ProblemCode.NOT_FOUND,
            ProblemCode.METHOD_NOT_ALLOWED,
            ProblemCode.NOT_ACCEPTABLE,
            ProblemCode.REQUEST_TIMEOUT,
            ProblemCode.TOO_MANY_HEADERS,
            ProblemCode.OTHER_SITE,
            ProblemCode.FORM_OUTDATED);

    private JsonNode document;

    private record Endpoint(String method, String path, JsonNode operation) {

        @Override
        public String toString() {
            return method + " " + path;
        }
    }

    @BeforeEach
    void read() throws IOException {
        document = new ObjectMapper().readTree(api.get("/q/openapi?format=json").body());
    }

    @Test
    void theServedDocumentIsTheCommittedOne() throws IOException {
        String served = sorted(document);
        if (Boolean.getBoolean("openapi.write")) {
            Files.createDirectories(COMMITTED.getParent());
            Files.writeString(COMMITTED, served);
        }
        assertThat(served)
                .as("mvn test -Dtest=OpenApiTest -Dopenapi.write=true takes the served document over")
                .isEqualTo(Files.readString(COMMITTED));
    }

    @Test
    void everyResourceMethodSaysWhatItDoesAndAnswers() throws IOException {
        List<String> operationIds = new ArrayList<>();
        for (Endpoint endpoint : endpoints()) {
            JsonNode operation = endpoint.operation();
            operationIds.add(operation.path("operationId").asText());
            assertThat(operation.path("summary").asText()).as("%s", endpoint).isNotBlank();
            assertThat(operation.path("tags")).as("%s", endpoint).isNotEmpty();
            assertThat(operation.path("responses").properties())
                    .as("%s", endpoint)
                    .anyMatch(response -> response.getKey().startsWith("2")
                            && !response.getValue().findPath("schema").isMissingNode());
            assertThat(problems(endpoint))
                    .as("%s", endpoint)
                    .contains(ProblemCode.INTERNAL_ERROR, ProblemCode.SERVICE_UNAVAILABLE);
        }
        assertThat(operationIds).containsExactlyInAnyOrderElementsOf(resourceMethods());
    }

    @Test
    void whoeverNeedsATokenOrABodySaysSo() {
        for (Endpoint endpoint : endpoints()) {
            Set<ProblemCode> problems = problems(endpoint);
            assertThat(endpoint.operation().has("security"))
                    .as("%s", endpoint)
                    .isEqualTo(problems.contains(ProblemCode.AUTHORIZATION_MISSING)
                            || problems.contains(ProblemCode.OPERATOR_REQUIRED));
            assertThat(endpoint.operation().has("requestBody"))
                    .as("%s", endpoint)
                    .isEqualTo(problems.contains(ProblemCode.MALFORMED_BODY));
            assertThat(endpoint.operation().findValuesAsText("name"))
                    .as("%s", endpoint)
                    .doesNotContain("Authorization");
        }
    }

    @Test
    void everyErrorIsThatOfAMethodOrOfNone() {
        Set<ProblemCode> named = EnumSet.copyOf(OF_NO_METHOD);
        endpoints().forEach(endpoint -> named.addAll(problems(endpoint)));

        assertThat(named).containsExactlyInAnyOrder(ProblemCode.values());
    }

    @Test
    void whatIsRejectedIsDocumented() {
        String userId = userId(registered());
        for (Endpoint endpoint : endpoints()) {
            String path = endpoint.path().replace("{userId}", userId).replaceAll("\\{[a-z]+}", "1");
            List<Answer> answers = switch (endpoint.method()) {
                case "get" -> List.of(api.get(path), api.get(path, "x"));
                case "delete" -> List.of(api.delete(path, ""), api.delete(path, "x"));
                case "put" ->
                    List.of(api.as("x")
                            .send("PUT", path, "application/json", "{")
                            .join());
                default -> List.of(api.postText(path, "application/json", "{"), api.postNothing(path));
            };
            Set<String> documented = problems(endpoint).stream()
                    .map(code -> code.status() + " " + code.text())
                    .collect(Collectors.toSet());

            assertThat(answers)
                    .filteredOn(answer -> answer.status() >= 400)
                    .as("%s", endpoint)
                    .extracting(Answer::error)
                    .allMatch(documented::contains);
        }
    }

    /** As YAML with its keys in alphabetical order: Quarkus orders some of them by chance. */
    private static String sorted(JsonNode document) throws IOException {
        return YAMLMapper.builder()
                .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
                .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
                .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
                .build()
                .writeValueAsString(new ObjectMapper().convertValue(document, Object.class));
    }

    private List<Endpoint> endpoints() {
        List<Endpoint> endpoints = new ArrayList<>();
        document.path("paths")
                .properties()
                .forEach(path -> path.getValue()
                        .properties()
                        .forEach(operation ->
                                endpoints.add(new Endpoint(operation.getKey(), path.getKey(), operation.getValue()))));
        return endpoints;
    }

    /** The errors of the endpoint, whose texts and statuses are compared with those of the code on the way. */
    private Set<ProblemCode> problems(Endpoint endpoint) {
        Set<ProblemCode> problems = EnumSet.noneOf(ProblemCode.class);
        endpoint.operation().path("responses").properties().forEach(response -> {
            String reference = response.getValue().path("$ref").asText().replaceFirst("^#", "");
            JsonNode content = document.at(reference).path("content");
            if (!reference.isEmpty()) {
                assertThat(content.has("application/problem+json"))
                        .as(reference)
                        .isTrue();
            }
            content.path("application/json").path("examples").properties().forEach(example -> {
                ProblemCode code = ProblemCode.valueOf(example.getKey().toUpperCase(Locale.ROOT));
                assertThat(String.valueOf(code.status())).isEqualTo(response.getKey());
                assertThat(example.getValue().at("/value/error").asText()).isEqualTo(code.text());
                problems.add(code);
            });
        });
        return problems;
    }

    private static List<String> resourceMethods() throws IOException {
        Indexer indexer = new Indexer();
        try (Stream<Path> classes = Files.walk(Path.of("target/classes"))) {
            for (Path type :
                    classes.filter(file -> file.toString().endsWith(".class")).toList()) {
                indexer.index(Files.newInputStream(type));
            }
        }
        Index index = indexer.complete();
        return Stream.of(GET.class, POST.class, PUT.class, DELETE.class)
                .flatMap(verb -> index.getAnnotations(verb).stream())
                .map(verb -> verb.target().asMethod())
                // pages are for people
                .filter(method ->
                        !method.declaringClass().name().packagePrefix().endsWith(".console"))
                .map(method -> method.declaringClass().simpleName() + "_" + method.name())
                .toList();
    }
}
