package dev.logikids.database.openapi;

import dev.logikids.database.problem.ProblemCode;
import io.quarkus.smallrye.openapi.OpenApiFilter;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.PathItem;
import org.eclipse.microprofile.openapi.models.media.Content;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.media.Schema.SchemaType;
import org.eclipse.microprofile.openapi.models.parameters.Parameter;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;
import org.eclipse.microprofile.openapi.models.responses.APIResponses;
import org.eclipse.microprofile.openapi.models.security.SecurityScheme;

/** Says what the code's types cannot: for each endpoint the fields, an example, and its errors with their exact texts. */
@OpenApiFilter(stages = OpenApiFilter.RunStage.BUILD)
public class ApiDocument implements OASFilter {

    private static final String JSON = "application/json";
    private static final String PROBLEM_JSON = "application/problem+json";
    private static final String BEARER = "accessToken";

    @Override
    public void filterOpenAPI(OpenAPI document) {
        document.setComponents(
                (document.getComponents() == null ? OASFactory.createComponents() : document.getComponents())
                        .addSecurityScheme(
                                BEARER,
                                OASFactory.createSecurityScheme()
                                        .type(SecurityScheme.Type.HTTP)
                                        .scheme("bearer")
                                        .bearerFormat("JWT"))
                        .addSchema("Error", errorSchema())
                        .addSchema("Problem", problemSchema()));
        if (document.getPaths() != null) {
            document.getPaths().getPathItems().forEach(ApiDocument::describe);
        }
    }

    private static void describe(String path, PathItem item) {
        item.getOperations()
                .forEach((method, operation) ->
                        Endpoint.of(method.name(), path).ifPresent(endpoint -> describe(operation, endpoint)));
    }

    private static void describe(Operation operation, Endpoint endpoint) {
        operation.setTags(List.of(endpoint.tag()));
        operation.setSummary(endpoint.summary());
        operation.setDescription(null);
        operation.setRequestBody(
                endpoint.request().isEmpty()
                        ? null
                        : OASFactory.createRequestBody()
                                .required(true)
                                .content(content(Optional.empty(), endpoint.request())));
        if (endpoint.bearer()) {
            operation.setSecurity(List.of(OASFactory.createSecurityRequirement().addScheme(BEARER)));
            removeParameter(operation, "Authorization");
        }
        for (String header : endpoint.requestHeaders()) {
            operation.addParameter(OASFactory.createParameter()
                    .name(header)
                    .in(Parameter.In.HEADER)
                    .schema(schema(SchemaType.STRING)));
        }
        Optional<Schema> generated = generatedSchema(operation);
        APIResponses responses = OASFactory.createAPIResponses();
        endpoint.answers()
                .forEach((status, example) -> responses.addAPIResponse(
                        String.valueOf(status),
                        OASFactory.createAPIResponse()
                                .description(status == 304 ? "Not modified" : "Done")
                                .content(status == 304 ? null : content(generated, example))));
        errors(endpoint.errors()).forEach(responses::addAPIResponse);
        operation.setResponses(responses);
    }

    private static void removeParameter(Operation operation, String name) {
        if (operation.getParameters() != null) {
            operation.setParameters(operation.getParameters().stream()
                    .filter(parameter -> !name.equals(parameter.getName()))
                    .toList());
        }
    }

    /** One answer for each status, with an example for each code. */
    private static Map<String, APIResponse> errors(List<ProblemCode> codes) {
        Map<String, APIResponse> responses = new TreeMap<>();
        for (ProblemCode code : codes) {
            APIResponse response = responses.computeIfAbsent(
                    String.valueOf(code.status()),
                    status -> OASFactory.createAPIResponse()
                            .description("Refused")
                            .content(OASFactory.createContent()
                                    .addMediaType(
                                            JSON, OASFactory.createMediaType().schema(reference("Error")))
                                    .addMediaType(
                                            PROBLEM_JSON,
                                            OASFactory.createMediaType().schema(reference("Problem")))));
            response.getContent()
                    .getMediaType(JSON)
                    .addExample(code.code(), OASFactory.createExample().value(Map.of("error", code.text())));
        }
        return responses;
    }

    /** What the method's return type says, where it says anything. */
    private static Optional<Schema> generatedSchema(Operation operation) {
        return operation.getResponses().getAPIResponses().values().stream()
                .map(APIResponse::getContent)
                .filter(content -> content != null && content.hasMediaType(JSON))
                .map(content -> content.getMediaType(JSON).getSchema())
                .filter(schema -> schema != null && (schema.getRef() != null || schema.getItems() != null))
                .findFirst();
    }

    private static Content content(Optional<Schema> generated, Object example) {
        Content content = content(generated.orElseGet(() -> typeOf(example)));
        content.getMediaType(JSON).example(example instanceof Map<?, ?> fields ? new TreeMap<>(fields) : example);
        return content;
    }

    private static Content content(Schema schema) {
        return OASFactory.createContent()
                .addMediaType(JSON, OASFactory.createMediaType().schema(schema));
    }

    /** The type of an example, all of whose fields are required. */
    private static Schema typeOf(Object example) {
        if (example instanceof Map<?, ?> fields) {
            Schema schema = schema(SchemaType.OBJECT);
            new TreeMap<>(fields).forEach((field, value) -> {
                schema.addProperty((String) field, typeOf(value));
                schema.addRequired((String) field);
            });
            return schema;
        }
        if (example instanceof List<?> items) {
            return schema(SchemaType.ARRAY).items(typeOf(items.get(0)));
        }
        if (example instanceof Boolean) {
            return schema(SchemaType.BOOLEAN);
        }
        if (example instanceof Number) {
            return schema(SchemaType.INTEGER).format("int64").minimum(BigDecimal.ZERO);
        }
        return schema(SchemaType.STRING);
    }

    private static Schema errorSchema() {
        Schema detail = schema(SchemaType.OBJECT)
                .addProperty("path", schema(SchemaType.ARRAY).items(schema(SchemaType.STRING)))
                .addProperty("message", schema(SchemaType.STRING))
                .addProperty("code", schema(SchemaType.STRING));
        return schema(SchemaType.OBJECT)
                .description("What every error answers, unless the request prefers application/problem+json")
                .addProperty("error", schema(SchemaType.STRING))
                .addProperty(
                        "details",
                        schema(SchemaType.ARRAY)
                                .items(detail)
                                .description("Only with Validation error: every refused field"))
                .addRequired("error");
    }

    private static Schema problemSchema() {
        Schema problem = schema(SchemaType.OBJECT).description("RFC 9457");
        for (String field : List.of("type", "title", "detail", "code")) {
            problem.addProperty(field, schema(SchemaType.STRING)).addRequired(field);
        }
        return problem.addProperty("status", schema(SchemaType.INTEGER)).addRequired("status");
    }

    private static Schema schema(SchemaType type) {
        return OASFactory.createSchema().addType(type);
    }

    private static Schema reference(String name) {
        return OASFactory.createSchema().ref("#/components/schemas/" + name);
    }
}
