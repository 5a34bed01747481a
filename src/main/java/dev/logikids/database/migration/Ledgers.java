package dev.logikids.database.migration;

import dev.logikids.database.migration.script.MigrationFile;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import liquibase.Liquibase;
import liquibase.Scope;
import liquibase.changelog.ChangeLogHistoryService;
import liquibase.changelog.ChangeLogHistoryServiceFactory;
import liquibase.changelog.ChangeLogParameters;
import liquibase.changelog.ChangeSet;
import liquibase.changelog.ChangeSet.ExecType;
import liquibase.database.Database;
import liquibase.exception.LiquibaseException;
import liquibase.parser.core.sql.SqlChangeLogParser;
import liquibase.sql.Sql;
import liquibase.sqlgenerator.SqlGeneratorFactory;
import liquibase.statement.core.MarkChangeSetRanStatement;

/**
 * Both ledgers: schema_migrations, which the legacy runner reads, and Liquibase's DATABASECHANGELOG. Liquibase gives the
 * identity of a file, its checksum and the SQL of its row; this class says in which session that SQL runs.
 */
final class Ledgers {

    private final Liquibase liquibase;
    private final TargetSchema schema;

    private Ledgers(Liquibase liquibase, TargetSchema schema) {
        this.liquibase = liquibase;
        this.schema = schema;
    }

    /** Creates DATABASECHANGELOG in that schema where it is missing; 000_schema_migrations.sql creates the other. */
    static Ledgers open(Liquibase liquibase, TargetSchema schema) throws LiquibaseException {
        Database database = liquibase.getDatabase();
        database.setDefaultSchemaName(schema.name());
        database.setLiquibaseSchemaName(schema.name());
        ChangeLogHistoryService databaseChangeLog = Scope.getCurrentScope()
                .getSingleton(ChangeLogHistoryServiceFactory.class)
                .getChangeLogService(database);
        databaseChangeLog.init();
        return new Ledgers(liquibase, schema);
    }

    /** Returns the statements that add a file to both ledgers, in a session with any search path. */
    List<String> insertsOf(MigrationFile file) throws LiquibaseException {
        return insertsOf(file, ExecType.EXECUTED, true);
    }

    /**
     * Returns the statements that add a file to the ledger that lacks it: the work of the legacy runner, or of plain
     * Liquibase.
     *
     * @param inChangeLog whether DATABASECHANGELOG has its row
     */
    List<String> adoptionOf(MigrationFile file, boolean inChangeLog) throws LiquibaseException {
        return insertsOf(file, ExecType.MARK_RAN, !inChangeLog);
    }

    private List<String> insertsOf(MigrationFile file, ExecType type, boolean changeLogToo) throws LiquibaseException {
        List<String> statements = new ArrayList<>();
        String table = schema.qualify("schema_migrations");
        String name = "'" + file.name().replace("'", "''") + "'";
        // no ON CONFLICT: a table made by hand may lack the constraint
        statements.add("INSERT INTO " + table + " (migration_name) SELECT " + name + " WHERE NOT EXISTS (SELECT FROM "
                + table + " WHERE migration_name = " + name + ")");
        if (changeLogToo) {
            ChangeSet changeSet = changeSet(file);
            changeSet.setComments(file.fingerprint());
            for (Sql sql : SqlGeneratorFactory.getInstance()
                    .generateSql(new MarkChangeSetRanStatement(changeSet, type), liquibase.getDatabase())) {
                statements.add(sql.toSql());
            }
        }
        return statements;
    }

    /** The changeset that includeAll of the master file makes of this file; read alone, for it holds the whole text. */
    private ChangeSet changeSet(MigrationFile file) throws LiquibaseException {
        return new SqlChangeLogParser()
                .parse(path(file.name()), new ChangeLogParameters(), liquibase.getResourceAccessor())
                .getChangeSets()
                .get(0);
    }

    /** Whether DATABASECHANGELOG has the row of a file. */
    boolean changeLogHas(Connection connection, MigrationFile file) throws SQLException {
        return exists(
                connection,
                "SELECT 1 FROM " + schema.qualify(ChangeLogTable.TABLE) + ChangeLogTable.WHERE_APPLIED,
                path(file.name()));
    }

    /**
     * Looks whether both rows of a file are there, in the transaction that inserted them: a rule or a trigger of the table
     * may have dropped them silently.
     */
    boolean bothHave(Connection connection, MigrationFile file) throws SQLException {
        return changeLogHas(connection, file)
                && exists(
                        connection,
                        "SELECT 1 FROM " + schema.qualify("schema_migrations") + " WHERE migration_name = ?",
                        file.name());
    }

    private static boolean exists(Connection connection, String query, String value) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            statement.setString(1, value);
            try (ResultSet row = statement.executeQuery()) {
                return row.next();
            }
        }
    }

    /** The path of a file, as DATABASECHANGELOG names it. */
    static String path(String fileName) {
        return MigrationFiles.FOLDER + "/" + fileName;
    }
}
