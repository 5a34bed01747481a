package dev.logikids.database.token;

import dev.logikids.database.problem.ProblemCode;
import dev.logikids.database.problem.Problems;
import dev.logikids.database.user.UserId;
import org.eclipse.microprofile.openapi.annotations.enums.SecuritySchemeType;
import org.eclipse.microprofile.openapi.annotations.security.SecurityScheme;

/**
 * What a verified access token says. Whether its account still exists and is not revoked is checked by the request's
 * SQL.
 */
@SecurityScheme(
        securitySchemeName = AccessToken.SCHEME,
        type = SecuritySchemeType.HTTP,
        scheme = "bearer",
        bearerFormat = "JWT")
@Problems({
    ProblemCode.AUTHORIZATION_MISSING,
    ProblemCode.AUTHORIZATION_FORMAT,
    ProblemCode.TOKEN_INVALID,
    ProblemCode.TOKEN_EXPIRED,
    ProblemCode.USER_ACCOUNT_NOT_FOUND
})
public record AccessToken(UserId userId) {

    /** The name of the security scheme in the OpenAPI document. */
    public static final String SCHEME = "accessToken";

    @Override
    public String toString() {
        return "AccessToken[***]";
    }
}
