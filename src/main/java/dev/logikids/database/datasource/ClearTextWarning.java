package dev.logikids.database.datasource;

import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import org.jboss.logging.Logger;

/** Says once per start that the password and all data may cross a foreign network in clear text. */
@Singleton
class ClearTextWarning {

    private static final Logger LOG = Logger.getLogger(ClearTextWarning.class);

    private final DatabaseConfig config;

    ClearTextWarning(DatabaseConfig config) {
        this.config = config;
    }

    void warn(@Observes StartupEvent started) {
        config.clearTextHosts()
                .ifPresent(hosts -> LOG.warnf(
                        "the database at %s is outside of this machine's networks, and its sslmode allows clear text:"
                                + " add sslmode=verify-full and sslrootcert=FILE to the database URL"
                                + " (sslrootcert=system for the public authorities)",
                        String.join(", ", hosts)));
    }
}
