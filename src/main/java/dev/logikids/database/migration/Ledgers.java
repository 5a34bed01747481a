package dev.logikids.database.migration;

import liquibase.Scope;
import liquibase.changelog.ChangeLogHistoryService;
import liquibase.changelog.ChangeLogHistoryServiceFactory;
import liquibase.changelog.ChangeSet;
import liquibase.changelog.ChangeSet.ExecType;
import liquibase.database.Database;
import liquibase.exception.DatabaseException;
import liquibase.exception.LiquibaseException;
import liquibase.executor.ExecutorService;
import liquibase.statement.core.RawParameterizedSqlStatement;

/** Writes both ledgers: schema_migrations, which the legacy runner reads, and Liquibase's DATABASECHANGELOG. */
final class Ledgers {

    private final Database database;
    private final ChangeLogHistoryService databaseChangeLog;

    private Ledgers(Database database, ChangeLogHistoryService databaseChangeLog) {
        this.database = database;
        this.databaseChangeLog = databaseChangeLog;
    }

    /** Creates DATABASECHANGELOG where it is missing; 000_schema_migrations.sql creates the other. */
    static Ledgers open(Database database) throws LiquibaseException {
        ChangeLogHistoryService databaseChangeLog = Scope.getCurrentScope()
                .getSingleton(ChangeLogHistoryServiceFactory.class)
                .getChangeLogService(database);
        databaseChangeLog.init();
        database.commit();
        return new Ledgers(database, databaseChangeLog);
    }

    /** Writes both rows of a file that has run in the current transaction, and commits. */
    void recordApplied(ChangeSet changeSet) throws DatabaseException {
        insertIntoSchemaMigrations(changeSet);
        // commits, so it comes last
        databaseChangeLog.setExecType(changeSet, ExecType.EXECUTED);
    }

    /** Adds what one ledger has and the other lacks: the work of the legacy runner, or of plain Liquibase. */
    void recordAdopted(ChangeSet changeSet) throws LiquibaseException {
        insertIntoSchemaMigrations(changeSet);
        if (databaseChangeLog.getRanChangeSet(changeSet) == null) {
            databaseChangeLog.setExecType(changeSet, ExecType.MARK_RAN);
        }
        database.commit();
    }

    private void insertIntoSchemaMigrations(ChangeSet changeSet) throws DatabaseException {
        String name = fileName(changeSet).replace("'", "''");
        Scope.getCurrentScope()
                .getSingleton(ExecutorService.class)
                .getExecutor("jdbc", database)
                .execute(new RawParameterizedSqlStatement("INSERT INTO schema_migrations (migration_name) SELECT '"
                        + name + "' WHERE NOT EXISTS (SELECT FROM schema_migrations WHERE migration_name = '" + name
                        + "')"));
    }

    /** The file that a changeset stands for: Liquibase gives each file one, and its path. */
    static String fileName(ChangeSet changeSet) {
        String path = changeSet.getFilePath();
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
