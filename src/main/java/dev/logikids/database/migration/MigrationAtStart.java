package dev.logikids.database.migration;

import io.quarkus.runtime.LaunchMode;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigUtils;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import org.jboss.logging.Logger;

/**
 * Migrates when the service starts, on its own thread: the port is open and liveness answers meanwhile. Waits without
 * end for a database that cannot be reached; a migration that fails for good ends the process with exit code 1.
 */
@ApplicationScoped
public class MigrationAtStart {

    private static final Logger LOG = Logger.getLogger(MigrationAtStart.class);
    private static final Duration FOREVER = Duration.ofDays(365);

    private static final MigrationProgress LOGGED = new MigrationProgress() {
        @Override
        public void happened(String line) {
            LOG.info(line);
        }

        @Override
        public void warned(String line) {
            LOG.warn(line);
        }
    };

    /** How far the migration is. */
    public enum Phase {
        /** Not asked to migrate. */
        OFF,
        /** Waiting for the database, waiting for the lock, or migrating. */
        RUNNING,
        /** The schema is at the version of this build. */
        DONE,
        /** A person has to do something; the log says what. */
        FAILED
    }

    private final Migrator migrator;
    private final MigrationConfig config;
    private volatile Phase phase = Phase.OFF;
    private volatile Thread thread;

    MigrationAtStart(Migrator migrator, MigrationConfig config) {
        this.migrator = migrator;
        this.config = config;
    }

    /** How far the migration is. */
    public Phase phase() {
        return phase;
    }

    /** Before all observers but those that refuse wrong settings: what they prepare for requests is prepared meanwhile. */
    void start(@Observes @Priority(2) StartupEvent event) {
        if (!config.atStart() || ConfigUtils.isProfileActive("command")) {
            return;
        }
        phase = Phase.RUNNING;
        if (LaunchMode.current() == LaunchMode.TEST) {
            // tests begin with the schema in place
            run();
            return;
        }
        thread = new Thread(this::run, "migration");
        thread.setDaemon(true);
        thread.start();
    }

    void stop(@Observes ShutdownEvent event) {
        Thread running = thread;
        if (running != null) {
            running.interrupt();
        }
    }

    private void run() {
        try {
            // a service that exits because its database cannot be reached would only be restarted
            migrator.migrateWhenReachable(FOREVER, LOGGED);
            phase = Phase.DONE;
        } catch (MigrationFailure failure) {
            fail(failure.getMessage());
        } catch (RuntimeException unexpected) {
            LOG.debug("migration failed", unexpected);
            fail(unexpected.toString());
        }
    }

    private void fail(String message) {
        phase = Phase.FAILED;
        if (Thread.currentThread().isInterrupted()) {
            return;
        }
        LOG.error("migration failed: " + message);
        if (LaunchMode.current() == LaunchMode.DEVELOPMENT) {
            LOG.info("save the fixed file and call the service again: dev mode restarts it");
        } else {
            Quarkus.asyncExit(1);
        }
    }
}
