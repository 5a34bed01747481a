package dev.logikids.database.problem;

import java.util.List;
import java.util.Map;

/** Ends a request with an error response. The message is the public text of the {@link ProblemCode}. */
public class ApiException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final ProblemCode code;
    private final transient Map<String, String> headers;
    private final transient List<FieldError> details;

    public ApiException(ProblemCode code) {
        this(code, Map.of());
    }

    /** @param headers of the response, for example {@code Retry-After} in seconds */
    public ApiException(ProblemCode code, Map<String, String> headers) {
        this(code, headers, List.of());
    }

    /** @param details the rejected fields, in the order in which the response lists them */
    public ApiException(ProblemCode code, List<FieldError> details) {
        this(code, Map.of(), details);
    }

    private ApiException(ProblemCode code, Map<String, String> headers, List<FieldError> details) {
        // an expected outcome: no stack trace is worth its cost
        super(code.text(), null, false, false);
        this.code = code;
        this.headers = Map.copyOf(headers);
        this.details = List.copyOf(details);
    }

    public ProblemCode code() {
        return code;
    }

    public Map<String, String> headers() {
        return headers;
    }

    public List<FieldError> details() {
        return details;
    }
}
