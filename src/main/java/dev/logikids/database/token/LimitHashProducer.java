package dev.logikids.database.token;

import dev.logikids.database.limit.KeyedHash;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** The hash in the ids of shared limits: its key is derived from JWT_SECRET, the secret that all replicas have. */
class LimitHashProducer {

    @Produces
    @Singleton
    KeyedHash limitHash(JwtSecrets secrets) {
        return new KeyedHash(() -> secrets.derived("logikids rate limits"));
    }
}
