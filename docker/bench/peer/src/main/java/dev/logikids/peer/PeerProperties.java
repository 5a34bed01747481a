package dev.logikids.peer;

import jakarta.validation.constraints.Size;
import java.net.URI;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.validation.annotation.Validated;

/**
 * @param databaseUrl {@code postgresql://user:password@host:port/database?sslmode=…}
 * @param jwtSecret the secret of the access tokens, shared with the service
 */
@Validated
@ConfigurationProperties("peer")
public record PeerProperties(
        URI databaseUrl,

        @Size(min = 32, message = "must have at least 32 characters")
        String jwtSecret) {}
