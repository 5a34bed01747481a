package dev.logikids.database.migration;

import dev.logikids.database.migration.SchemaStatus.State;
import dev.logikids.database.migration.lint.Lint;
import dev.logikids.database.migration.lint.LintFinding;
import dev.logikids.database.migration.script.MigrationFile;
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
     * @throws MigrationFailure when an applied file changed, for every reason why a pending one cannot run, or when its row
     *     cannot be written
     */
    static MigrationPlan of(List<MigrationFile> files, SchemaStatus status) {
        if (files.isEmpty()) {
            throw MigrationFailure.permanent("this build contains no migration files");
        }
        List<String> changed = status.names(State.CHANGED);
        if (!changed.isEmpty()) {
            throw MigrationFailure.permanent(changed.stream()
                    .map(LintFinding::changedAfterApply)
                    .map(finding -> finding.file() + " " + finding.message())
                    .collect(Collectors.joining("\n")));
        }
        Map<String, MigrationFile> byName = files.stream()
                .collect(Collectors.toMap(MigrationFile::name, Function.identity(), (first, same) -> first));
        List<String> pending = status.names(State.PENDING);
        List<LintFinding> refusals = Lint.refusals(files, pending);
        if (!refusals.isEmpty()) {
            throw MigrationFailure.permanent(refusals.stream()
                    .map(LintFinding::toString)
                    .collect(Collectors.joining("\n", "nothing was applied:\n", "")));
        }
        MigrationPlan plan = new MigrationPlan(byName, status.names(State.ADOPTABLE), pending);
        if (!plan.isEmpty() && status.ledgerObstacle() != null) {
            throw MigrationFailure.permanent(status.ledgerObstacle());
        }
        return plan;
    }

    boolean isEmpty() {
        return adoptable.isEmpty() && pending.isEmpty();
    }
}
