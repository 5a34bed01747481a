package dev.logikids.database.openapi;

import dev.logikids.database.problem.ProblemCode;
import dev.logikids.database.problem.Problems;
import io.quarkus.smallrye.openapi.OpenApiFilter;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Response.Status;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.media.MediaType;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;
import org.jboss.jandex.AnnotationTarget;
import org.jboss.jandex.ClassInfo;
import org.jboss.jandex.IndexView;
import org.jboss.jandex.MethodInfo;
import org.jboss.jandex.Type;

/** Adds the error responses that {@link Problems} names: one per status, shared by all operations with the same codes. */
@OpenApiFilter(stages = OpenApiFilter.RunStage.BUILD)
public class ProblemResponses implements OASFilter {

    private final Map<String, Set<ProblemCode>> problemsByOperationId = new HashMap<>();
    private final Map<String, APIResponse> responses = new TreeMap<>();

    /** @param index the classes of the application; Quarkus passes it */
    public ProblemResponses(IndexView index) {
        index.getAnnotations(Path.class).stream()
                .filter(path -> path.target().kind() == AnnotationTarget.Kind.CLASS)
                .flatMap(path -> path.target().asClass().methods().stream())
                .forEach(method -> problemsByOperationId.put(operationId(method), problems(method, index)));
    }

    @Override
    public Operation filterOperation(Operation operation) {
        problemsByOperationId.getOrDefault(operation.getOperationId(), Set.of()).stream()
                .collect(Collectors.groupingBy(ProblemCode::status))
                .forEach((status, codes) -> {
                    String problems = codes.stream().map(ProblemCode::code).collect(Collectors.joining("."));
                    APIResponse own = operation.getResponses().getAPIResponse(status.toString());
                    String name = own == null ? problems : operation.getOperationId() + "." + problems;
                    responses.computeIfAbsent(
                            name,
                            absent -> own == null ? response(status, codes) : either(own, response(status, codes)));
                    operation
                            .getResponses()
                            .addAPIResponse(
                                    status.toString(),
                                    OASFactory.createAPIResponse().ref(name));
                });
        return operation;
    }

    @Override
    public void filterOpenAPI(OpenAPI document) {
        responses.forEach(document.getComponents()::addResponse);
    }

    /** As quarkus.smallrye-openapi.operation-id-strategy says. */
    private static String operationId(MethodInfo method) {
        return method.declaringClass().simpleName() + "_" + method.name();
    }

    private static Set<ProblemCode> problems(MethodInfo method, IndexView index) {
        Stream<ClassInfo> parameters =
                method.parameterTypes().stream().map(Type::name).map(index::getClassByName);
        Set<ProblemCode> problems = EnumSet.of(ProblemCode.INTERNAL_ERROR, ProblemCode.SERVICE_UNAVAILABLE);
        Stream.concat(Stream.of(method, method.declaringClass()), parameters)
                .filter(Objects::nonNull)
                .map(target -> target.declaredAnnotation(Problems.class))
                .filter(Objects::nonNull)
                .flatMap(annotation -> Arrays.stream(annotation.value().asEnumArray()))
                .map(ProblemCode::valueOf)
                .forEach(problems::add);
        return problems;
    }

    /** A status with which the operation also answers something other than an error. */
    private static APIResponse either(APIResponse own, APIResponse error) {
        MediaType json = error.getContent().getMediaType("application/json");
        json.setSchema(OASFactory.createSchema()
                .addAnyOf(own.getContent().getMediaType("application/json").getSchema())
                .addAnyOf(json.getSchema()));
        return error;
    }

    private static APIResponse response(int status, List<ProblemCode> codes) {
        MediaType json =
                OASFactory.createMediaType().schema(OASFactory.createSchema().ref("Error"));
        codes.forEach(code ->
                json.addExample(code.code(), OASFactory.createExample().value(Map.of("error", code.text()))));
        MediaType problemJson =
                OASFactory.createMediaType().schema(OASFactory.createSchema().ref("Problem"));
        return OASFactory.createAPIResponse()
                .description(Status.fromStatusCode(status).getReasonPhrase())
                .content(OASFactory.createContent()
                        .addMediaType("application/json", json)
                        .addMediaType("application/problem+json", problemJson));
    }
}
