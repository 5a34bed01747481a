package dev.logikids.database.migration;

import dev.logikids.database.migration.MigrationConfig.NoticeLevel;
import dev.logikids.database.migration.script.MigrationFile;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import java.util.stream.Stream;
import javax.sql.DataSource;
import liquibase.exception.LiquibaseException;

/** One pass over the files of a plan, in their order, each in a session of its own. */
final class MigrationRun {

    private final MigrationLock lock;
    private final Ledgers ledgers;
    private final TargetSchema schema;
    private final DataSource dataSource;
    private final MigrationConfig config;
    private final MigrationProgress progress;
    private final Map<String, Duration> durations;

    /**
     * @param lock the lock of this run
     * @param schema the schema that every session is pinned to
     * @param durations takes how long each file ran
     */
    MigrationRun(
            MigrationLock lock,
            Ledgers ledgers,
            TargetSchema schema,
            DataSource dataSource,
            MigrationConfig config,
            MigrationProgress progress,
            Map<String, Duration> durations) {
        this.lock = lock;
        this.ledgers = ledgers;
        this.schema = schema;
        this.dataSource = dataSource;
        this.config = config;
        this.progress = progress;
        this.durations = durations;
    }

    /** Afterwards every file is in both ledgers; or the failure of the first that could not be applied is thrown. */
    void run(MigrationPlan plan) throws LiquibaseException, SQLException {
        List<String> names = filesToDo(plan);
        for (int i = 0; i < names.size(); i++) {
            MigrationFile file = plan.files().get(names.get(i));
            if (plan.adoptable().contains(file.name())) {
                adopt(file);
            } else {
                applyWithRetries(file, i + 1, names.size());
            }
        }
    }

    /** The names of the files that a plan has work for, in order. */
    static List<String> filesToDo(MigrationPlan plan) {
        return Stream.concat(plan.adoptable().stream(), plan.pending().stream())
                .sorted()
                .toList();
    }

    private void adopt(MigrationFile file) throws LiquibaseException, SQLException {
        try (MigrationSession session = open(file)) {
            FileExecution execution = execution(file, session, statement -> {});
            boolean inChangeLog = ledgers.changeLogHas(session.connection(), file);
            record(file, ledgers.adoptionOf(file, inChangeLog), execution, session);
        }
        progress.happened("adopted " + file.name() + " (was applied before)");
    }

    private void applyWithRetries(MigrationFile file, int number, int files) throws LiquibaseException, SQLException {
        Backoff backoff = Backoff.exponential();
        for (int attempt = 1; ; attempt++) {
            try {
                apply(file, new FilePosition(file, number, files));
                return;
            } catch (MigrationFailure failure) {
                // outside of a transaction, a second time would be a second time for what stays
                if (!failure.gaveWay() || !file.transactional() || attempt >= config.lockAttempts()) {
                    throw failure;
                }
                progress.happened(file.name() + ": a table is locked by somebody else; try " + attempt + " of "
                        + config.lockAttempts() + " gave way");
            }
            backoff.pause();
        }
    }

    /** Runs the statements of a file that no ledger holds: each finds out by itself whether it has something to do. */
    void distribute(MigrationFile file) throws SQLException {
        FilePosition position = new FilePosition(file, 1, 1);
        progress.happened("distributing user_sync_data by Citus; reads and writes go on meanwhile");
        try (MigrationSession session = open(file);
                RunningWatch watch = RunningWatch.start(position, session, dataSource, progress)) {
            execution(file, session, position::begins).sendStatements();
        }
        progress.happened("distributed user_sync_data in " + position.elapsed().toMillis() + " ms");
    }

    private void apply(MigrationFile file, FilePosition position) throws LiquibaseException, SQLException {
        progress.happened("applying " + position);
        List<String> inserts = ledgers.insertsOf(file);
        try (MigrationSession session = open(file);
                RunningWatch watch = RunningWatch.start(position, session, dataSource, progress);
                Notices notices = new Notices(position, progress)) {
            if (config.notices() != NoticeLevel.OFF) {
                session.tellNoticesTo(notices::tell);
            }
            FileExecution execution = execution(file, session, position::begins);
            execution.sendStatements();
            record(file, inserts, execution, session);
        }
        Duration took = position.elapsed();
        durations.put(file.name(), took);
        progress.happened("applied " + file.name() + " in " + took.toMillis() + " ms");
    }

    private void record(MigrationFile file, List<String> inserts, FileExecution execution, MigrationSession session)
            throws SQLException {
        execution.sendRows(inserts, config);
        if (!ledgers.bothHave(session.connection(), file)) {
            throw execution.rowsVanished();
        }
        execution.commit();
    }

    /** Opens the session of a file, with the locks that let the file begin. */
    private MigrationSession open(MigrationFile file) throws SQLException {
        MigrationSession session = MigrationSession.open(dataSource);
        try {
            session.send(SessionSettings.sql(config));
            schema.pin(session.connection());
            MigrationLock.acquire(MigrationLock.Scope.FILE, session.connection(), config.waitForLock(), progress);
            lock.requireHeld(session.connection());
            return session;
        } catch (SQLException | RuntimeException e) {
            session.close();
            throw e;
        }
    }

    private FileExecution execution(MigrationFile file, MigrationSession session, IntConsumer begins) {
        return new FileExecution(file, session, schema, session.identity().role(), begins);
    }
}
