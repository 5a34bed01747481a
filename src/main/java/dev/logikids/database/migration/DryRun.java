package dev.logikids.database.migration;

import dev.logikids.database.migration.script.MigrationFile;
import java.sql.SQLException;
import java.util.List;

/** The text of what a run would send, for psql. */
final class DryRun implements SqlChannel {

    private final StringBuilder text = new StringBuilder();
    private boolean inTransaction;

    /** Adds a file that would run, or be adopted. */
    void add(MigrationFile file, boolean adopted, List<String> inserts, TargetSchema schema, MigrationConfig config)
            throws SQLException {
        text.append("\n-- ")
                .append(file.name())
                .append(adopted ? ": adopted" : "")
                .append(", in a new session\n");
        FileExecution execution = new FileExecution(file, this, schema, "", statement -> {});
        send(SessionSettings.RESET);
        send(SessionSettings.sql(config));
        send(schema.pinSql());
        if (!adopted) {
            execution.sendStatements();
        }
        execution.sendRows(inserts, config);
        execution.commit();
    }

    @Override
    public void send(String sql) {
        switch (sql) {
            case "BEGIN" -> inTransaction = true;
            case "COMMIT" -> inTransaction = false;
            default -> {
                // no change
            }
        }
        text.append(sql).append(sql.endsWith(";") ? "\n" : ";\n");
    }

    @Override
    public boolean inTransaction() {
        return inTransaction;
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
