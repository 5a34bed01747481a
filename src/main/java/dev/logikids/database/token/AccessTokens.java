package dev.logikids.database.token;

import dev.logikids.database.problem.ApiException;
import dev.logikids.database.problem.ProblemCode;
import dev.logikids.database.user.UserId;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import javax.crypto.SecretKey;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwa.AlgorithmConstraints.ConstraintType;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.MalformedClaimException;
import org.jose4j.jwt.NumericDate;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.lang.JoseException;

/**
 * Access tokens: JWTs (RFC 7519) signed with HS256 and valid for an hour. Other services verify them with the shared
 * secret, so header and claims are exactly those of the legacy service. No method blocks or uses the database.
 */
@ApplicationScoped
public class AccessTokens {

    static final Duration LIFETIME = Duration.ofHours(1);

    private static final String SCHEME = "Bearer ";
    private static final AlgorithmConstraints ONLY_HS256 =
            new AlgorithmConstraints(ConstraintType.PERMIT, AlgorithmIdentifiers.HMAC_SHA256);

    private final JwtSecrets secrets;
    private final Clock clock;
    private final TokenMetrics metrics;
    private final VerifiedTokens verified =
            new VerifiedTokens(Runtime.getRuntime().maxMemory());

    AccessTokens(JwtSecrets secrets, Clock clock, TokenMetrics metrics) {
        this.secrets = secrets;
        this.clock = clock;
        this.metrics = metrics;
    }

    /** Returns a signed token for the account, valid for an hour from now. */
    public String issue(UserId userId, String inviteCode) {
        NumericDate now = NumericDate.fromMilliseconds(clock.millis());
        JwtClaims claims = new JwtClaims();
        claims.setStringClaim("userId", userId.text());
        claims.setStringClaim("inviteCode", inviteCode);
        claims.setIssuedAt(now);
        claims.setExpirationTime(NumericDate.fromSeconds(now.getValue() + LIFETIME.toSeconds()));
        JsonWebSignature signature = new JsonWebSignature();
        signature.setAlgorithmHeaderValue(AlgorithmIdentifiers.HMAC_SHA256);
        signature.setHeader("typ", "JWT");
        signature.setPayload(claims.toJson());
        signature.setKey(secrets.signing());
        try {
            String token = signature.getCompactSerialization();
            metrics.issued();
            return token;
        } catch (JoseException e) {
            throw new IllegalStateException("cannot sign an access token", e);
        }
    }

    /**
     * Verifies signature and times of the token in an {@code Authorization} header, and returns what it says. The
     * request's SQL still has to check the account.
     *
     * @param authorization the header's value, or null when there is none
     * @throws ApiException AUTHORIZATION_MISSING, AUTHORIZATION_FORMAT, TOKEN_INVALID, TOKEN_EXPIRED, or
     *     USER_ACCOUNT_NOT_FOUND for an id that no account can have
     */
    public AccessToken verify(String authorization) {
        if (authorization == null || authorization.isEmpty()) {
            throw new ApiException(ProblemCode.AUTHORIZATION_MISSING);
        }
        if (!authorization.startsWith(SCHEME)) {
            throw new ApiException(ProblemCode.AUTHORIZATION_FORMAT);
        }
        try {
            return read(authorization.substring(SCHEME.length()));
        } catch (JoseException | InvalidJwtException | MalformedClaimException | ClassCastException e) {
            // jose4j casts what it finds in a header to String
            throw new ApiException(ProblemCode.TOKEN_INVALID);
        }
    }

    private AccessToken read(String token) throws JoseException, InvalidJwtException, MalformedClaimException {
        AccessClaims claims = verified.claims(token).orElse(null);
        if (claims == null) {
            claims = AccessClaims.of(JwtClaims.parse(verifiedPayload(token)));
            verified.add(token, claims);
        }
        long now = clock.millis() / 1000;
        if (claims.notBefore() > now) {
            throw new ApiException(ProblemCode.TOKEN_INVALID);
        }
        if (claims.expires() <= now) {
            throw new ApiException(ProblemCode.TOKEN_EXPIRED);
        }
        return new AccessToken(claims.userId().orElseThrow(() -> new ApiException(ProblemCode.USER_ACCOUNT_NOT_FOUND)));
    }

    private String verifiedPayload(String token) throws JoseException {
        JsonWebSignature signature = new JsonWebSignature();
        signature.setAlgorithmConstraints(ONLY_HS256);
        signature.setCompactSerialization(token);
        for (SecretKey key : secrets.accepted()) {
            signature.setKey(key);
            // decoding ignores foreign characters and the last two bits: only the canonical spelling is accepted
            if (signature.verifySignature() && token.endsWith("." + signature.getEncodedSignature())) {
                return signature.getPayload();
            }
        }
        throw new ApiException(ProblemCode.TOKEN_INVALID);
    }
}
