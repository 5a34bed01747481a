package dev.logikids.database.migration;

import dev.logikids.database.migration.script.MigrationFile;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Function;
import liquibase.Liquibase;
import liquibase.changelog.ChangeSet;
import liquibase.exception.LiquibaseException;

/** One pass over the files of a plan, in their order, with the migration lock held. */
final class MigrationRun {

    private final Liquibase liquibase;
    private final MigrationConfig config;
    private final Consumer<String> progress;
    private final Function<MigrationFile, Watch> watches;

    /** Watches a file while it runs. */
    interface Watch extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * @param watches starts the watch over a file that begins to run
     */
    MigrationRun(
            Liquibase liquibase,
            MigrationConfig config,
            Consumer<String> progress,
            Function<MigrationFile, Watch> watches) {
        this.liquibase = liquibase;
        this.config = config;
        this.progress = progress;
        this.watches = watches;
    }

    /** Afterwards every file is in both ledgers; or the failure of the first that could not be applied is thrown. */
    void run(MigrationPlan plan) throws LiquibaseException {
        Ledgers ledgers = Ledgers.open(liquibase.getDatabase());
        for (ChangeSet changeSet : liquibase.getDatabaseChangeLog().getChangeSets()) {
            MigrationFile file = plan.files().get(Ledgers.fileName(changeSet));
            changeSet.setComments(file.fingerprint());
            if (plan.adoptable().contains(file.name())) {
                ledgers.recordAdopted(changeSet);
                progress.accept("adopted " + file.name() + " (was applied before)");
            } else if (plan.pending().contains(file.name())) {
                applyWithRetries(file, changeSet, ledgers);
            }
        }
    }

    private void applyWithRetries(MigrationFile file, ChangeSet changeSet, Ledgers ledgers) {
        Backoff backoff = Backoff.exponential();
        for (int attempt = 1; ; attempt++) {
            try {
                apply(file, changeSet, ledgers);
                return;
            } catch (MigrationFailure failure) {
                if (!failure.isLockTimeout() || attempt >= config.lockAttempts()) {
                    throw failure;
                }
                progress.accept(file.name() + ": a table is locked by somebody else; try " + attempt + " of "
                        + config.lockAttempts() + " gave way after "
                        + config.lockTimeout().toMillis() + " ms");
            }
            backoff.pause();
        }
    }

    private void apply(MigrationFile file, ChangeSet changeSet, Ledgers ledgers) {
        progress.accept("applying " + file.name());
        long start = System.nanoTime();
        try (Watch watch = watches.apply(file)) {
            new FileExecution(file, changeSet, ledgers).execute(liquibase.getDatabase());
        }
        progress.accept("applied " + file.name() + " in "
                + Duration.ofNanos(System.nanoTime() - start).toMillis() + " ms");
    }
}
