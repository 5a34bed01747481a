package dev.logikids.peer.token;

import dev.logikids.peer.token.TokenRepository.Token;
import dev.logikids.peer.web.ApiException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.springframework.http.HttpStatus;
import org.springframework.security.oauth2.jose.jws.MacAlgorithm;
import org.springframework.security.oauth2.jwt.JwsHeader;
import org.springframework.security.oauth2.jwt.JwtClaimsSet;
import org.springframework.security.oauth2.jwt.JwtEncoder;
import org.springframework.security.oauth2.jwt.JwtEncoderParameters;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;
import reactor.core.publisher.Mono;

@Service
public class TokenService {

    private static final Duration ACCESS_TOKEN_LIFETIME = Duration.ofHours(1);
    /** So long a retired token answers with the same child again: a lost answer logs nobody out. */
    private static final Duration GRACE = Duration.ofSeconds(30);

    private static final JwsHeader HEADER =
            JwsHeader.with(MacAlgorithm.HS256).type("JWT").build();

    private final TokenRepository repository;
    private final RefreshTokens refreshTokens;
    private final JwtEncoder encoder;
    private final Clock clock;

    TokenService(TokenRepository repository, RefreshTokens refreshTokens, JwtEncoder encoder, Clock clock) {
        this.repository = repository;
        this.refreshTokens = refreshTokens;
        this.encoder = encoder;
        this.clock = clock;
    }

    record Refreshed(String accessToken, String refreshToken) {}

    public String accessToken(String userId, String inviteCode) {
        Instant now = clock.instant();
        JwtClaimsSet claims = JwtClaimsSet.builder()
                .claim("userId", userId)
                .claim("inviteCode", inviteCode)
                .issuedAt(now)
                .expiresAt(now.plus(ACCESS_TOKEN_LIFETIME))
                .build();
        return encoder.encode(JwtEncoderParameters.from(HEADER, claims)).getTokenValue();
    }

    /** Begins a session in the caller's transaction and returns its first refresh token. */
    public Mono<String> beginSession(String userId) {
        String token = refreshTokens.random();
        return repository
                .insertFirst(userId, refreshTokens.hash(token), clock.millis())
                .thenReturn(token);
    }

    /** Trades a refresh token for its only child. A retired one that comes again after the grace ends its session. */
    // the end of a session is committed although the answer is 401
    @Transactional(noRollbackFor = ApiException.class)
    public Mono<Refreshed> refresh(String presented) {
        long now = clock.millis();
        return repository
                .lock(refreshTokens.hash(presented), refreshTokens.legacy(presented))
                .switchIfEmpty(Mono.error(TokenService::invalid))
                .flatMap(token -> trade(token, presented, now));
    }

    private Mono<Refreshed> trade(Token token, String presented, long now) {
        if (token.accountRevoked()) {
            return Mono.error(new ApiException(HttpStatus.FORBIDDEN, "Account has been revoked"));
        }
        if (token.sessionEnded()) {
            return Mono.error(invalid());
        }
        String child = refreshTokens.child(presented);
        Refreshed refreshed = new Refreshed(accessToken(token.userId(), token.inviteCode()), child);
        if (token.retiredAt().isPresent()) {
            return now - token.retiredAt().get() <= GRACE.toMillis()
                    ? Mono.just(refreshed)
                    : repository.endSession(token, now).then(Mono.error(TokenService::invalid));
        }
        if (!token.live()) {
            return Mono.error(invalid());
        }
        if (token.expiresAt() <= now) {
            return Mono.error(new ApiException(HttpStatus.UNAUTHORIZED, "Refresh token expired"));
        }
        return repository
                .retire(token.id(), refreshTokens.hash(presented), now)
                .then(repository.insertChild(token, refreshTokens.hash(child), now))
                .thenReturn(refreshed);
    }

    private static ApiException invalid() {
        return new ApiException(HttpStatus.UNAUTHORIZED, "Invalid refresh token");
    }
}
