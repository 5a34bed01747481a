package dev.logikids.database.migration;

import dev.logikids.database.migration.SchemaStatus.State;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import liquibase.Liquibase;
import liquibase.Scope;
import liquibase.change.Change;
import liquibase.change.core.RawSQLChange;
import liquibase.changelog.ChangeLogHistoryService;
import liquibase.changelog.ChangeLogHistoryServiceFactory;
import liquibase.changelog.ChangeSet;
import liquibase.changelog.DatabaseChangeLog;
import liquibase.changelog.visitor.AbstractChangeExecListener;
import liquibase.database.Database;
import liquibase.database.ObjectQuotingStrategy;
import liquibase.exception.DatabaseException;
import liquibase.exception.LiquibaseException;
import liquibase.exception.UnexpectedLiquibaseException;
import liquibase.executor.ExecutorService;
import liquibase.statement.core.RawParameterizedSqlStatement;

/**
 * One pass over the changesets of the Liquibase master, with the migration lock held. Each file runs as a Liquibase
 * changeset, and both ledgers get their row in its transaction: Liquibase's own update writes DATABASECHANGELOG after
 * the commit, and a crash between the two would run the file again.
 */
final class MigrationRun {

    private final Liquibase liquibase;
    private final Database database;
    private final Connection connection;
    private final Map<String, MigrationFile> files;
    private final MigrationConfig config;
    private final DataSource besides;
    private final Consumer<String> progress;

    private volatile MigrationFile current;
    private volatile long startedAt;
    private SqlStatement currentStatement;

    /**
     * @param connection the one that {@code liquibase} works on
     * @param besides for a look at who blocks a file that is running
     */
    MigrationRun(
            Liquibase liquibase,
            Connection connection,
            List<MigrationFile> files,
            MigrationConfig config,
            DataSource besides,
            Consumer<String> progress) {
        this.liquibase = liquibase;
        this.database = liquibase.getDatabase();
        this.connection = connection;
        this.files = files.stream().collect(Collectors.toMap(MigrationFile::name, Function.identity()));
        this.config = config;
        this.besides = besides;
        this.progress = progress;
    }

    /** Afterwards every file is in both ledgers; or the failure of the first that could not be applied is thrown. */
    void run() throws LiquibaseException, SQLException {
        ChangeLogHistoryService changeLogTable = Scope.getCurrentScope()
                .getSingleton(ChangeLogHistoryServiceFactory.class)
                .getChangeLogService(database);
        changeLogTable.init();
        database.commit();
        SchemaStatus status = new SchemaReader(List.copyOf(files.values())).read(connection);
        List<String> adoptable = status.names(State.ADOPTABLE);
        List<String> pending = status.names(State.PENDING);
        DatabaseChangeLog changeLog = liquibase.getDatabaseChangeLog();
        try (RunningReport report = RunningReport.every(config.reportEvery(), this::reportRunning)) {
            for (ChangeSet changeSet : changeLog.getChangeSets()) {
                MigrationFile file = files.get(fileName(changeSet));
                changeSet.setComments(file.fingerprint());
                if (adoptable.contains(file.name())) {
                    adopt(changeSet, changeLogTable);
                } else if (pending.contains(file.name())) {
                    applyWithRetries(file, changeSet, changeLogTable);
                }
            }
        }
    }

    /** What one ledger has and the other has not: the legacy runner's work, or another Liquibase's. */
    private void adopt(ChangeSet changeSet, ChangeLogHistoryService changeLogTable) throws LiquibaseException {
        insertLegacyRow(changeSet);
        if (changeLogTable.getRanChangeSet(changeSet) == null) {
            changeLogTable.setExecType(changeSet, ChangeSet.ExecType.MARK_RAN);
        }
        database.commit();
        progress.accept("adopted " + fileName(changeSet) + " (was applied before)");
    }

    private void applyWithRetries(MigrationFile file, ChangeSet changeSet, ChangeLogHistoryService changeLogTable) {
        Duration pause = Migrator.FIRST_PAUSE;
        for (int attempt = 1; ; attempt++) {
            try {
                apply(file, changeSet, changeLogTable);
                return;
            } catch (MigrationFailure failure) {
                if (!failure.isLockTimeout() || attempt >= config.lockAttempts()) {
                    throw failure;
                }
                progress.accept(file.name() + ": a table is locked by somebody else; try " + attempt + " of "
                        + config.lockAttempts() + " gave way after "
                        + config.lockTimeout().toMillis() + " ms");
            }
            Pause.of(pause);
            pause = Migrator.growing(pause);
        }
    }

    private void apply(MigrationFile file, ChangeSet changeSet, ChangeLogHistoryService changeLogTable) {
        progress.accept("applying " + file.name());
        currentStatement = null;
        startedAt = System.nanoTime();
        current = file;
        try {
            executable(file, changeSet)
                    .execute(
                            changeSet.getChangeLog(),
                            new AbstractChangeExecListener() {
                                @Override
                                public void willRun(Change change, ChangeSet set, DatabaseChangeLog log, Database on) {
                                    currentStatement = ((StatementChange) change).statement;
                                }

                                @Override
                                public void ran(Change change, ChangeSet set, DatabaseChangeLog log, Database on) {
                                    if (change
                                            == set.getChanges()
                                                    .get(set.getChanges().size() - 1)) {
                                        recordInBothLedgers(changeSet, changeLogTable);
                                    }
                                }
                            },
                            database);
        } catch (LiquibaseException | UnexpectedLiquibaseException e) {
            throw explain(file, e);
        } finally {
            current = null;
        }
        progress.accept("applied " + file.name() + " in "
                + Duration.ofNanos(System.nanoTime() - startedAt).toMillis() + " ms");
    }

    /** The file as a changeset of one change a statement, so that a failure has a line. */
    private static ChangeSet executable(MigrationFile file, ChangeSet parsed) {
        ChangeSet changeSet = new ChangeSet(
                parsed.getId(),
                parsed.getAuthor(),
                false,
                false,
                parsed.getFilePath(),
                null,
                null,
                file.transactional(),
                ObjectQuotingStrategy.LEGACY,
                parsed.getChangeLog());
        file.statements().forEach(statement -> changeSet.addChange(new StatementChange(statement)));
        return changeSet;
    }

    private void recordInBothLedgers(ChangeSet changeSet, ChangeLogHistoryService changeLogTable) {
        try {
            insertLegacyRow(changeSet);
            changeLogTable.setExecType(changeSet, ChangeSet.ExecType.EXECUTED);
        } catch (DatabaseException e) {
            throw new UnexpectedLiquibaseException(e);
        }
    }

    private void insertLegacyRow(ChangeSet changeSet) throws DatabaseException {
        String name = fileName(changeSet).replace("'", "''");
        Scope.getCurrentScope()
                .getSingleton(ExecutorService.class)
                .getExecutor("jdbc", database)
                .execute(new RawParameterizedSqlStatement("INSERT INTO schema_migrations (migration_name) VALUES ('"
                        + name + "') ON CONFLICT (migration_name) DO NOTHING"));
    }

    private MigrationFailure explain(MigrationFile file, Exception cause) {
        SqlStatement statement = currentStatement;
        return MigrationFailure.sqlException(cause)
                .filter(e -> statement != null)
                .map(e -> MigrationFailure.of(file, statement, e))
                .orElseGet(() -> Migrator.failure(cause));
    }

    private void reportRunning() {
        MigrationFile file = current;
        if (file != null) {
            progress.accept(file.name() + " is still running after "
                    + Duration.ofNanos(System.nanoTime() - startedAt).toSeconds() + " s"
                    + Blockers.describe(besides, connection));
        }
    }

    private static String fileName(ChangeSet changeSet) {
        String path = changeSet.getFilePath();
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** A statement that is sent to PostgreSQL as it stands in the file. */
    private static final class StatementChange extends RawSQLChange {

        private final SqlStatement statement;

        StatementChange(SqlStatement statement) {
            super(statement.text());
            this.statement = statement;
            setSplitStatements(false);
            setStripComments(false);
        }
    }
}
