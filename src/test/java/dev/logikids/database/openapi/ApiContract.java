package dev.logikids.database.openapi;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.dialect.Dialects;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The OpenAPI document as a judge of responses. Stricter than OpenAPI: a field that no schema names is an error. */
final class ApiContract {

    private static final ObjectMapper JSON = new ObjectMapper();
    /** What the schemas of OpenAPI 3.1 are written in. */
    private static final SchemaRegistry SCHEMAS = SchemaRegistry.withDialect(Dialects.getDraft202012());

    private final JsonNode document;
    private final Map<JsonNode, Schema> compiled = new HashMap<>();

    /** An endpoint: a method, a template of a path, and what the document says about both. */
    record Operation(String method, String template, JsonNode node) {

        @Override
        public String toString() {
            return method + " " + template;
        }
    }

    ApiContract(String openApi) throws JsonProcessingException {
        document = JSON.readTree(openApi);
        for (JsonNode schema : document.at("/components/schemas")) {
            if (schema.has("properties")) {
                ((ObjectNode) schema).put("additionalProperties", false);
            }
        }
    }

    List<Operation> operations() {
        List<Operation> operations = new ArrayList<>();
        document.path("paths")
                .properties()
                .forEach(path -> path.getValue()
                        .properties()
                        .forEach(entry -> operations.add(new Operation(
                                entry.getKey().toUpperCase(Locale.ROOT), path.getKey(), entry.getValue()))));
        return operations;
    }

    /** Returns the names of the fields of the operation's body. */
    List<String> fields(Operation operation) {
        JsonNode schema = operation.node().at("/requestBody/content/application~1json/schema");
        List<String> names = new ArrayList<>();
        resolved(schema).path("properties").fieldNames().forEachRemaining(names::add);
        return names;
    }

    /** Returns what is wrong with a response of the operation; empty if the document names its status and describes it. */
    Optional<String> fault(Operation operation, int status, String contentType, String body) {
        JsonNode response = operation.node().path("responses").path(String.valueOf(status));
        if (response.isMissingNode()) {
            return Optional.of("undocumented status");
        }
        JsonNode content = resolved(response).path("content");
        if (content.isEmpty()) {
            return body.isEmpty() ? Optional.empty() : Optional.of("undocumented body");
        }
        String type = contentType.split(";", 2)[0].strip();
        if (!content.has(type)) {
            return Optional.of("undocumented content type");
        }
        if (!type.endsWith("json")) {
            return Optional.empty();
        }
        return fault(content.path(type).path("schema"), body);
    }

    /** Returns what is wrong with an error response that no endpoint makes. */
    Optional<String> faultOfError(String contentType, String body) {
        String schema = contentType.startsWith("application/problem+json") ? "Problem" : "Error";
        return fault(document.at("/components/schemas").path(schema), body);
    }

    private Optional<String> fault(JsonNode schema, String body) {
        try {
            List<com.networknt.schema.Error> errors =
                    compiled.computeIfAbsent(schema, this::compile).validate(JSON.readTree(body));
            return errors.isEmpty() ? Optional.empty() : Optional.of(errors.toString());
        } catch (JsonProcessingException e) {
            return Optional.of("not JSON");
        }
    }

    /** A schema on its own finds what it refers to in its definitions. */
    private Schema compile(JsonNode schema) {
        ObjectNode whole = JSON.createObjectNode();
        whole.putArray("allOf").add(schema);
        whole.set("$defs", document.at("/components/schemas"));
        return SCHEMAS.getSchema(whole.toString().replace("#/components/schemas/", "#/$defs/"));
    }

    private JsonNode resolved(JsonNode node) {
        String reference = node.path("$ref").asText();
        return reference.isEmpty() ? node : document.at(reference.substring(1));
    }
}
