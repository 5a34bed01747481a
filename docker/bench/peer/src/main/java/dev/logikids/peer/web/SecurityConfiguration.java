package dev.logikids.peer.web;

import static org.springframework.security.config.Customizer.withDefaults;
import static org.springframework.security.web.server.util.matcher.ServerWebExchangeMatchers.pathMatchers;

import com.nimbusds.jose.jwk.source.ImmutableSecret;
import dev.logikids.peer.PeerProperties;
import dev.logikids.peer.account.Account;
import dev.logikids.peer.account.AccountRepository;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.security.authentication.AbstractAuthenticationToken;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.authorization.AuthorizationDecision;
import org.springframework.security.authorization.AuthorizationResult;
import org.springframework.security.config.annotation.web.reactive.EnableWebFluxSecurity;
import org.springframework.security.config.observation.SecurityObservationSettings;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.config.web.server.ServerHttpSecurity.CsrfSpec;
import org.springframework.security.config.web.server.ServerHttpSecurity.LogoutSpec;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.core.userdetails.UsernameNotFoundException;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.jose.jws.MacAlgorithm;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtClaimNames;
import org.springframework.security.oauth2.jwt.JwtClaimValidator;
import org.springframework.security.oauth2.jwt.JwtEncoder;
import org.springframework.security.oauth2.jwt.JwtTimestampValidator;
import org.springframework.security.oauth2.jwt.JwtValidationException;
import org.springframework.security.oauth2.jwt.NimbusJwtEncoder;
import org.springframework.security.oauth2.jwt.NimbusReactiveJwtDecoder;
import org.springframework.security.oauth2.jwt.ReactiveJwtDecoder;
import org.springframework.security.web.server.SecurityWebFilterChain;
import org.springframework.security.web.server.authorization.AuthorizationContext;
import org.springframework.security.web.server.context.NoOpServerSecurityContextRepository;
import org.springframework.security.web.server.savedrequest.NoOpServerRequestCache;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.reactive.CorsConfigurationSource;
import org.springframework.web.cors.reactive.UrlBasedCorsConfigurationSource;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** Access tokens are checked by Spring Security's resource server, and their accounts by one query. */
@Configuration
@EnableWebFluxSecurity
class SecurityConfiguration {

    @Bean
    @Order(1)
    SecurityWebFilterChain bearer(ServerHttpSecurity http, AccountRepository accounts) {
        return stateless(http)
                .securityMatcher(pathMatchers("/api/auth/account", "/api/auth/verify", "/api/sync/**"))
                .authorizeExchange(exchanges -> exchanges
                        .pathMatchers("/api/sync/{userId}")
                        .access(SecurityConfiguration::ownsData)
                        .anyExchange()
                        .authenticated())
                .oauth2ResourceServer(server -> server.authenticationEntryPoint(
                                (exchange, failure) -> Mono.error(unauthorized(exchange, failure)))
                        .accessDeniedHandler((exchange, failure) ->
                                Mono.error(new ApiException(HttpStatus.FORBIDDEN, "Cannot access another user's data")))
                        .jwt(jwt -> jwt.jwtAuthenticationConverter(token -> authenticate(token, accounts))))
                .build();
    }

    @Bean
    @Order(2)
    SecurityWebFilterChain open(ServerHttpSecurity http) {
        return stateless(http)
                .authorizeExchange(exchanges -> exchanges.anyExchange().permitAll())
                .build();
    }

    /** Without this each request creates a session. */
    private static ServerHttpSecurity stateless(ServerHttpSecurity http) {
        return http.securityContextRepository(NoOpServerSecurityContextRepository.getInstance())
                .requestCache(cache -> cache.requestCache(NoOpServerRequestCache.getInstance()))
                .csrf(CsrfSpec::disable)
                .logout(LogoutSpec::disable)
                .cors(withDefaults());
    }

    /** Requests are measured once, by http.server.requests, and not again by each filter. */
    @Bean
    SecurityObservationSettings securityObservationSettings() {
        return SecurityObservationSettings.noObservations();
    }

    @Bean
    CorsConfigurationSource corsConfigurationSource() {
        CorsConfiguration cors = new CorsConfiguration();
        cors.addAllowedOrigin("*");
        cors.setAllowedMethods(List.of("GET", "HEAD", "PUT", "PATCH", "POST", "DELETE"));
        cors.setAllowedHeaders(List.of("Authorization", "Content-Type", "If-Match", "If-None-Match"));
        cors.addExposedHeader(HttpHeaders.ETAG);
        UrlBasedCorsConfigurationSource source = new UrlBasedCorsConfigurationSource();
        source.registerCorsConfiguration("/api/**", cors);
        return source;
    }

    @Bean
    SecretKey jwtKey(PeerProperties properties) {
        return new SecretKeySpec(properties.jwtSecret().getBytes(StandardCharsets.UTF_8), "HmacSHA256");
    }

    @Bean
    ReactiveJwtDecoder jwtDecoder(SecretKey jwtKey) {
        NimbusReactiveJwtDecoder decoder = NimbusReactiveJwtDecoder.withSecretKey(jwtKey)
                .macAlgorithm(MacAlgorithm.HS256)
                .build();
        decoder.setJwtValidator(new DelegatingOAuth2TokenValidator<>(
                new JwtTimestampValidator(Duration.ZERO),
                new JwtClaimValidator<>(JwtClaimNames.EXP, Objects::nonNull),
                new JwtClaimValidator<>("userId", String.class::isInstance)));
        return decoder;
    }

    @Bean
    JwtEncoder jwtEncoder(SecretKey jwtKey) {
        return new NimbusJwtEncoder(new ImmutableSecret<>(jwtKey));
    }

    private static Mono<AbstractAuthenticationToken> authenticate(Jwt token, AccountRepository accounts) {
        String userId = token.getClaimAsString("userId");
        return accounts.findById(userId)
                .filter(account -> account.userId().equals(userId) && !account.revoked())
                .switchIfEmpty(Mono.error(() -> new UsernameNotFoundException("User account not found")))
                .map(account -> UsernamePasswordAuthenticationToken.authenticated(account, token, List.of()));
    }

    private static Mono<AuthorizationResult> ownsData(
            Mono<? extends Authentication> authentication, AuthorizationContext context) {
        String userId = (String) context.getVariables().get("userId");
        return authentication
                .map(Authentication::getPrincipal)
                .ofType(Account.class)
                .map(account -> new AuthorizationDecision(account.userId().equalsIgnoreCase(userId)));
    }

    private static ApiException unauthorized(ServerWebExchange exchange, AuthenticationException failure) {
        return new ApiException(HttpStatus.UNAUTHORIZED, reason(exchange, failure));
    }

    private static String reason(ServerWebExchange exchange, AuthenticationException failure) {
        String authorization = exchange.getRequest().getHeaders().getFirst(HttpHeaders.AUTHORIZATION);
        if (authorization == null || authorization.isEmpty()) {
            return "No authorization token provided";
        }
        if (!authorization.startsWith("Bearer ")) {
            return "Invalid authorization format. Use: Bearer <token>";
        }
        if (failure instanceof UsernameNotFoundException) {
            return failure.getMessage();
        }
        boolean expired = failure.getCause() instanceof JwtValidationException invalid
                && invalid.getErrors().stream()
                        .anyMatch(error -> error.getDescription().startsWith("Jwt expired"));
        return expired ? "Token expired. Please login again." : "Invalid authentication token";
    }
}
