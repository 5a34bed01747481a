package dev.logikids.database.account;

import dev.logikids.database.account.LoginOutcome.Rejected;
import dev.logikids.database.problem.ProblemCode;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.EnumMap;
import java.util.Map;

/**
 * The metrics {@code logikids_logins_total} and {@code logikids_registrations_total}: how each attempt ended that asked the
 * database, once its transaction has ended. Their label {@code outcome} is {@code ok}, {@code failed} or the
 * {@link ProblemCode} of the rejection.
 */
@Startup
@Singleton
class LoginMetrics {

    private final Attempts logins;
    private final Attempts registrations;

    LoginMetrics(MeterRegistry registry) {
        this.logins = new Attempts(
                registry,
                "logikids.logins",
                "Logins by outcome",
                ProblemCode.ACCOUNT_NOT_FOUND,
                ProblemCode.ACCOUNT_REVOKED);
        this.registrations = new Attempts(
                registry,
                "logikids.registrations",
                "Registrations by outcome",
                ProblemCode.USER_ID_EXISTS,
                ProblemCode.INVITE_NOT_FOUND,
                ProblemCode.INVITE_EXPIRED,
                ProblemCode.INVITE_USED);
    }

    Uni<LoginOutcome> login(Uni<LoginOutcome> attempt) {
        return logins.count(attempt);
    }

    Uni<LoginOutcome> registration(Uni<LoginOutcome> attempt) {
        return registrations.count(attempt);
    }

    private static final class Attempts {

        private final Counter ok;
        private final Counter failed;
        private final Map<ProblemCode, Counter> rejected = new EnumMap<>(ProblemCode.class);

        Attempts(MeterRegistry registry, String name, String description, ProblemCode... rejections) {
            ok = counter(registry, name, description, "ok");
            failed = counter(registry, name, description, "failed");
            for (ProblemCode code : rejections) {
                rejected.put(code, counter(registry, name, description, code.code()));
            }
        }

        private static Counter counter(MeterRegistry registry, String name, String description, String outcome) {
            return Counter.builder(name)
                    .description(description)
                    .tag("outcome", outcome)
                    .register(registry);
        }

        Uni<LoginOutcome> count(Uni<LoginOutcome> attempt) {
            return attempt.onItemOrFailure()
                    .invoke((outcome, failure) -> counterOf(outcome).increment());
        }

        private Counter counterOf(LoginOutcome outcome) {
            // no outcome: the attempt failed
            if (outcome == null) {
                return failed;
            }
            return outcome instanceof Rejected rejection ? rejected.getOrDefault(rejection.code(), failed) : ok;
        }
    }
}
