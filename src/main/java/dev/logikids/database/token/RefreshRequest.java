package dev.logikids.database.token;

import dev.logikids.database.http.JsonBody;
import dev.logikids.database.problem.ApiException;
import dev.logikids.database.problem.ProblemCode;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** The body of {@code POST /api/auth/refresh} and {@code /api/auth/logout}. */
@Schema(requiredProperties = "refreshToken")
record RefreshRequest(
        @Schema(implementation = String.class, examples = "4f1a…")
        RefreshToken refreshToken) {

    /** @throws ApiException REFRESH_TOKEN_FORMAT for a missing or empty field, or what {@link JsonBody} throws */
    static RefreshRequest from(JsonBody body) {
        return new RefreshRequest(body.text("refreshToken")
                .filter(text -> !text.isEmpty())
                .map(RefreshToken::new)
                .orElseThrow(() -> new ApiException(ProblemCode.REFRESH_TOKEN_FORMAT)));
    }
}
