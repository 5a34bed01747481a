package dev.logikids.database.datasource;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.List;
import java.util.Optional;

/** How the way to the database is protected. */
@ConfigMapping(prefix = "logikids.database")
interface DatabaseConfig {

    /**
     * Whether the process ends with an error at its start unless every database URL has {@code sslmode=verify-full}. The
     * mode is not raised in silence: psql and the backup read the same URL and must be as strict.
     */
    @WithDefault("false")
    boolean requireVerifiedTls();

    /** Hosts outside of this machine's networks that may be talked to in clear text; DATABASE_URL sets it. */
    Optional<List<String>> clearTextHosts();
}
