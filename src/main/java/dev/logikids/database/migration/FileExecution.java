package dev.logikids.database.migration;

import dev.logikids.database.migration.script.MigrationFile;
import dev.logikids.database.migration.script.SqlStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * What is sent for one file: its statements and its rows in both ledgers, in one transaction. Liquibase's own update writes
 * DATABASECHANGELOG after the commit, and a crash between the two would run the file again. Every failure says which part
 * failed, and what of the file stays.
 */
final class FileExecution {

    private final MigrationFile file;
    private final SqlChannel channel;
    private final FileFailures failures;
    private final IntConsumer begins;

    /**
     * @param channel a fresh session, or a dry run
     * @param role the role of the session, for messages
     * @param begins is told the index of each statement before it is sent, and their number before the rows are
     */
    FileExecution(MigrationFile file, SqlChannel channel, TargetSchema schema, String role, IntConsumer begins) {
        this.file = file;
        this.channel = channel;
        this.begins = begins;
        this.failures = new FileFailures(file, schema, role);
    }

    /** Sends the statements of the file; of a transactional one, into a transaction that stays open. */
    void sendStatements() throws SQLException {
        boolean transactional = file.transactional();
        if (transactional) {
            channel.send("BEGIN");
        }
        List<SqlStatement> statements = file.statements();
        for (int i = 0; i < statements.size(); i++) {
            SqlStatement statement = statements.get(i);
            begins.accept(i);
            try {
                channel.send(statement.text());
            } catch (SQLException e) {
                throw failures.at(statement, e);
            }
            if (channel.inTransaction() != transactional) {
                throw failures.transactionControl(statement);
            }
        }
        begins.accept(statements.size());
        if (transactional) {
            try {
                // what psql would find at COMMIT is found here, while it can be told from our own statements
                channel.send("SET CONSTRAINTS ALL IMMEDIATE");
            } catch (SQLException e) {
                throw failures.atCommit(e);
            }
        }
    }

    /** Adds the rows to the open transaction, or to one of their own, out of reach of what the file has set. */
    void sendRows(List<String> inserts, MigrationConfig config) {
        try {
            channel.send(SessionSettings.RESET);
            channel.send(SessionSettings.sql(config));
            channel.send(SessionSettings.WHOLE_LEDGERS);
            if (!channel.inTransaction()) {
                channel.send("BEGIN");
            }
            for (String insert : inserts) {
                channel.send(insert);
            }
        } catch (SQLException e) {
            throw failures.inLedgers(e);
        }
    }

    /** The failure of rows that did not stay where they were inserted. */
    MigrationFailure rowsVanished() {
        return failures.rowsVanished();
    }

    /** Commits. After a failure in between nobody knows, until the ledgers can be read again. */
    void commit() {
        try {
            channel.send("COMMIT");
        } catch (SQLException e) {
            throw failures.inCommit(e);
        }
    }
}
