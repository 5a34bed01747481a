package dev.logikids.database.problem;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * The body of an error answer: {@code {"error": text}} as existing clients know it, or RFC 9457 for those who prefer
 * it.
 */
record Problem(ProblemCode code, List<FieldError> details) {

    static final String JSON = "application/json; charset=utf-8";
    static final String PROBLEM_JSON = "application/problem+json";

    Problem(ProblemCode code) {
        this(code, List.of());
    }

    static String contentType(boolean rfc9457) {
        return rfc9457 ? PROBLEM_JSON : JSON;
    }

    String body(boolean rfc9457) {
        JsonObject body = new JsonObject();
        if (rfc9457) {
            body.put("type", code.type())
                    .put("title", code.title())
                    .put("status", code.status())
                    .put("detail", code.text())
                    .put("code", code.code());
        } else {
            body.put("error", code.text());
        }
        if (!details.isEmpty()) {
            JsonArray listed = new JsonArray();
            for (FieldError detail : details) {
                listed.add(new JsonObject()
                        .put("path", new JsonArray().add(detail.field()))
                        .put("message", detail.message())
                        .put("code", detail.code()));
            }
            body.put("details", listed);
        }
        return body.encode();
    }
}
