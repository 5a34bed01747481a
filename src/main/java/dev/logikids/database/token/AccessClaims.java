package dev.logikids.database.token;

import dev.logikids.database.problem.ApiException;
import dev.logikids.database.problem.ProblemCode;
import dev.logikids.database.user.UserId;
import java.util.Optional;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.MalformedClaimException;
import org.jose4j.jwt.NumericDate;

/**
 * What the payload of an access token with a good signature says.
 *
 * @param userId empty if it is not a UUID
 * @param notBefore in seconds since epoch
 * @param expires in seconds since epoch
 */
record AccessClaims(Optional<UserId> userId, long notBefore, long expires) {

    /**
     * @throws ApiException TOKEN_INVALID without a user id or an expiry
     * @throws MalformedClaimException if one of them, or the time before which it is not valid, has another type
     */
    static AccessClaims of(JwtClaims claims) throws MalformedClaimException {
        NumericDate expires = claims.getExpirationTime();
        NumericDate notBefore = claims.getNotBefore();
        String userId = claims.getStringClaimValue("userId");
        if (expires == null || userId == null) {
            throw new ApiException(ProblemCode.TOKEN_INVALID);
        }
        return new AccessClaims(
                UserId.parse(userId), notBefore == null ? Long.MIN_VALUE : notBefore.getValue(), expires.getValue());
    }

    @Override
    public String toString() {
        return "AccessClaims[***]";
    }
}
