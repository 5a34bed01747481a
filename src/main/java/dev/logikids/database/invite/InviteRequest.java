package dev.logikids.database.invite;

import dev.logikids.database.http.JsonBody;
import dev.logikids.database.problem.ApiException;
import dev.logikids.database.problem.ProblemCode;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** The body of {@code POST /api/invite/check} and {@code /api/invite/validate}. */
@Schema(requiredProperties = "code")
record InviteRequest(@Schema(examples = "AB2C-DE3F") String code) {

    /** @throws ApiException CODE_FORMAT for a missing or empty field, or what {@link JsonBody} throws */
    static InviteRequest from(JsonBody body) {
        return new InviteRequest(body.text("code")
                .filter(text -> !text.isEmpty())
                .orElseThrow(() -> new ApiException(ProblemCode.CODE_FORMAT)));
    }

    @Override
    public String toString() {
        return "InviteRequest[***]";
    }
}
