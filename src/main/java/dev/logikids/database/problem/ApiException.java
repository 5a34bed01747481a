package dev.logikids.database.problem;

import java.util.Map;

/** A request that ends with an error of the one list; carries what the answer needs and nothing of the database. */
public class ApiException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final ProblemCode code;
    private final transient Map<String, String> headers;

    public ApiException(ProblemCode code) {
        this(code, Map.of());
    }

    /** Headers that go with the answer, for example {@code Retry-After} in seconds. */
    public ApiException(ProblemCode code, Map<String, String> headers) {
        // an expected outcome: no stack trace is worth its cost
        super(code.text(), null, false, false);
        this.code = code;
        this.headers = Map.copyOf(headers);
    }

    public ProblemCode code() {
        return code;
    }

    public Map<String, String> headers() {
        return headers;
    }
}
