package dev.logikids.database.migration.lint;

import io.quarkus.runtime.annotations.RegisterForReflection;

/**
 * One thing that {@link Lint} found in a migration file.
 *
 * @param file the file name
 * @param line counted from 1
 * @param rule the stable name of the rule, as in {@code -- lint:ignore}; squawk's name where squawk has the rule
 * @param message what is wrong and what to do instead
 * @param refused whether {@code migrate} refuses the file for it, before anything runs
 */
@RegisterForReflection
public record LintFinding(String file, int line, String rule, String message, boolean refused) {

    /** The finding for a file that is not what was applied under its name. */
    public static LintFinding changedAfterApply(String file) {
        return new LintFinding(
                file,
                1,
                "changed-after-apply",
                "changed after it was applied. Put the old content back and write a new file for the change, or, if the"
                        + " database already has what the file says, accept it with: migrate --accept " + file,
                true);
    }

    /** The finding in one line, the same from every command. */
    @Override
    public String toString() {
        return file + ":" + line + ": " + rule + ": " + message;
    }
}
