package dev.logikids.database.account;

import dev.logikids.database.http.JsonBody;
import dev.logikids.database.problem.ApiException;
import dev.logikids.database.problem.ProblemCode;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** The body of {@code POST /api/auth/login}. */
@Schema(requiredProperties = "userId")
record LoginRequest(
        @Schema(examples = "5f0c1d2e-3a4b-4c5d-8e6f-7a8b9c0d1e2f")
        String userId) {

    /** @throws ApiException USER_ID_FORMAT for a missing or empty field, or what {@link JsonBody} throws */
    static LoginRequest from(JsonBody body) {
        return new LoginRequest(body.text("userId")
                .filter(text -> !text.isEmpty())
                .orElseThrow(() -> new ApiException(ProblemCode.USER_ID_FORMAT)));
    }

    @Override
    public String toString() {
        return "LoginRequest[***]";
    }
}
