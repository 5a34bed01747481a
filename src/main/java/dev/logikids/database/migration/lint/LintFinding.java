package dev.logikids.database.migration.lint;

import io.quarkus.runtime.annotations.RegisterForReflection;

/**
 * One thing that {@link Lint} found in a migration file.
 *
 * @param file the file name
 * @param line counted from 1
 * @param rule the stable name of the rule, as in {@code -- lint:ignore}; squawk's name where squawk has the rule
 * @param message what is wrong and what to do instead
 */
@RegisterForReflection
public record LintFinding(String file, int line, String rule, String message) {}
