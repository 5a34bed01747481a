package dev.logikids.database.migration;

import dev.logikids.database.migration.SchemaStatus.State;
import dev.logikids.database.migration.script.MigrationFile;
import dev.logikids.database.migration.script.SqlSyntaxException;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What is left to do in a database.
 *
 * @param files every file of this build, by name
 * @param adoptable names of the files to add to the ledger that lacks them
 * @param pending names of the files to apply
 */
record MigrationPlan(Map<String, MigrationFile> files, List<String> adoptable, List<String> pending) {

    /**
     * Makes the plan for the database of that status.
     *
     * @throws MigrationFailure when an applied file changed, a pending one cannot be run, or its row cannot be written
     */
    static MigrationPlan of(List<MigrationFile> files, SchemaStatus status) {
        if (files.isEmpty()) {
            throw MigrationFailure.permanent("this build contains no migration files");
        }
        List<String> changed = status.names(State.CHANGED);
        if (!changed.isEmpty()) {
            throw MigrationFailure.permanent(String.join(", ", changed)
                    + " changed after it was applied. Put the old content back and write a new file for the change,"
                    + " or, if the database already has what the file says, accept it with: migrate --accept "
                    + changed.get(0));
        }
        Map<String, MigrationFile> byName =
                files.stream().collect(Collectors.toMap(MigrationFile::name, Function.identity()));
        List<String> pending = status.names(State.PENDING);
        pending.forEach(name -> requireRunnable(byName.get(name)));
        MigrationPlan plan = new MigrationPlan(byName, status.names(State.ADOPTABLE), pending);
        if (!plan.isEmpty() && status.ledgerObstacle() != null) {
            throw MigrationFailure.permanent(status.ledgerObstacle());
        }
        return plan;
    }

    boolean isEmpty() {
        return adoptable.isEmpty() && pending.isEmpty();
    }

    private static void requireRunnable(MigrationFile file) {
        if (file.number().isEmpty()) {
            throw MigrationFailure.permanent(file.name() + ": a migration is called NNN_name.sql, with NNN a number");
        }
        try {
            if (file.statements().isEmpty()) {
                throw MigrationFailure.permanent(file.name() + ": the file holds no statement");
            }
        } catch (SqlSyntaxException e) {
            throw MigrationFailure.permanent(file.name() + ", line " + e.line() + ": " + e.getMessage());
        }
    }
}
