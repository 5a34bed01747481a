package dev.logikids.database.account;

import dev.logikids.database.http.JsonBody;
import dev.logikids.database.problem.ApiException;
import dev.logikids.database.problem.ProblemCode;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** The body of {@code POST /api/auth/register}. */
@Schema(requiredProperties = {"userId", "inviteCode"})
record RegistrationRequest(
        @Schema(examples = "5f0c1d2e-3a4b-4c5d-8e6f-7a8b9c0d1e2f")
        String userId,

        @Schema(examples = "AB2C-DE3F") String inviteCode) {

    /**
     * @throws ApiException USER_ID_FORMAT or INVITE_CODE_FORMAT for a missing or empty field, or what {@link JsonBody}
     *     throws
     */
    static RegistrationRequest from(JsonBody body) {
        String userId = LoginRequest.from(body).userId();
        String inviteCode = body.text("inviteCode")
                .filter(text -> !text.isEmpty())
                .orElseThrow(() -> new ApiException(ProblemCode.INVITE_CODE_FORMAT));
        return new RegistrationRequest(userId, inviteCode);
    }

    @Override
    public String toString() {
        return "RegistrationRequest[***]";
    }
}
