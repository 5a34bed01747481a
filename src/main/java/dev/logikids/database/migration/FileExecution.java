package dev.logikids.database.migration;

import dev.logikids.database.migration.script.MigrationFile;
import dev.logikids.database.migration.script.SqlStatement;
import java.util.List;
import liquibase.change.Change;
import liquibase.change.core.RawSQLChange;
import liquibase.changelog.ChangeSet;
import liquibase.changelog.DatabaseChangeLog;
import liquibase.changelog.visitor.AbstractChangeExecListener;
import liquibase.database.Database;
import liquibase.database.ObjectQuotingStrategy;
import liquibase.exception.DatabaseException;
import liquibase.exception.LiquibaseException;
import liquibase.exception.UnexpectedLiquibaseException;

/**
 * One execution of a file: its statements and its row in both ledgers, in one transaction. Liquibase's own update
 * writes DATABASECHANGELOG after the commit, and a crash between the two would run the file again.
 */
final class FileExecution extends AbstractChangeExecListener {

    private final MigrationFile file;
    private final ChangeSet changeSet;
    private final Ledgers ledgers;
    private SqlStatement currentStatement;

    /**
     * @param changeSet the file as Liquibase reads it, which gives the identity for its ledger
     */
    FileExecution(MigrationFile file, ChangeSet changeSet, Ledgers ledgers) {
        this.file = file;
        this.changeSet = changeSet;
        this.ledgers = ledgers;
    }

    /**
     * Executes the file.
     *
     * @throws MigrationFailure with the line of the statement that failed
     */
    void execute(Database database) {
        try {
            if (file.statements().isEmpty()) {
                ledgers.recordApplied(changeSet);
            } else {
                changeSetOfStatements().execute(changeSet.getChangeLog(), this, database);
            }
        } catch (LiquibaseException | UnexpectedLiquibaseException e) {
            throw MigrationFailure.sqlException(e)
                    .filter(sql -> currentStatement != null)
                    .map(sql -> MigrationFailure.of(file, currentStatement, sql))
                    .orElseGet(() -> MigrationFailure.of(e));
        }
    }

    /** The file as a changeset of one change per statement, so that a failure has a line. */
    private ChangeSet changeSetOfStatements() {
        ChangeSet statements = new ChangeSet(
                changeSet.getId(),
                changeSet.getAuthor(),
                false,
                false,
                changeSet.getFilePath(),
                null,
                null,
                file.transactional(),
                ObjectQuotingStrategy.LEGACY,
                changeSet.getChangeLog());
        file.statements().forEach(statement -> statements.addChange(new StatementChange(statement)));
        return statements;
    }

    @Override
    public void willRun(Change change, ChangeSet statements, DatabaseChangeLog changeLog, Database database) {
        currentStatement = ((StatementChange) change).statement;
    }

    @Override
    public void ran(Change change, ChangeSet statements, DatabaseChangeLog changeLog, Database database) {
        List<Change> changes = statements.getChanges();
        if (change == changes.get(changes.size() - 1)) {
            try {
                ledgers.recordApplied(changeSet);
            } catch (DatabaseException e) {
                throw new UnexpectedLiquibaseException(e);
            }
        }
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
