package dev.logikids.database.token;

import dev.logikids.database.token.RefreshOutcome.Refreshed;
import dev.logikids.database.token.RefreshOutcome.Rejected;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import jakarta.inject.Singleton;

/** The metrics {@code logikids_tokens_…}. */
@Startup
@Singleton
class TokenMetrics {

    private final Counter issued;
    private final Counter rotated;
    private final Counter reuseDetected;

    TokenMetrics(MeterRegistry registry) {
        this.issued = Counter.builder("logikids.tokens.issued")
                .description("Access tokens signed")
                .register(registry);
        this.rotated = Counter.builder("logikids.tokens.rotated")
                .description("Refresh tokens traded for their child; repetitions within the grace are not counted")
                .register(registry);
        this.reuseDetected = Counter.builder("logikids.tokens.reuse.detected")
                .description("Retired refresh tokens that were used again after the grace, which ended their session")
                .register(registry);
    }

    void issued() {
        issued.increment();
    }

    /** @param outcome of a transaction that is committed */
    void refreshed(RefreshOutcome outcome) {
        if (outcome instanceof Refreshed refreshed && refreshed.rotated()) {
            rotated.increment();
        } else if (outcome instanceof Rejected rejected && rejected.reused()) {
            reuseDetected.increment();
        }
    }
}
