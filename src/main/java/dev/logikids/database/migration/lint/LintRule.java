package dev.logikids.database.migration.lint;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The rules of {@link Lint}; each constant says what is wrong and what to do instead. Names are never changed. */
enum LintRule {
    FILE_NAME(false, "name it NNN_name.sql: a number of at least three digits, then lower-case letters, digits and _"),
    DUPLICATE_NUMBER(false, "has this number; give this file the next free one"),
    ENCODING(false, "is not UTF-8; save it as UTF-8"),
    HEADER(true, "the file does not begin with its header"),
    EMPTY_FILE(false, "contains no statement, so it would be recorded without doing anything; write its SQL"),
    SYNTAX_ERROR(false, "PostgreSQL cannot read this"),
    PSQL_ONLY(false, "only psql understands this; write plain SQL, such as INSERT instead of COPY FROM STDIN"),
    TRANSACTION_NESTING(
            true, "the file already runs in its own transaction, or needs none; leave out transaction commands"),
    BAN_CONCURRENT_INDEX_CREATION_IN_TRANSACTION(
            true, "CONCURRENTLY fails in a transaction; give it its own file with the header -- Transaction: none"),
    NOT_IN_TRANSACTION(true, "this fails in a transaction; give it its own file with the header -- Transaction: none"),
    ONE_STATEMENT_OUTSIDE_TRANSACTION(
            true, "without a transaction this runs again if a later statement fails; give it its own file"),
    PREFER_ROBUST_STMTS(true, "fails when the file runs again"),
    REQUIRE_CONCURRENT_INDEX_CREATION(
            true, "blocks writes during the build; CREATE INDEX CONCURRENTLY in a file with -- Transaction: none"),
    ADDING_FIELD_WITH_DEFAULT(
            true,
            "rewrites the table under an exclusive lock; add the column without it, set the DEFAULT, then backfill"),
    ADDING_REQUIRED_FIELD(
            true, "fails on a table with rows and breaks running services; give it a DEFAULT or leave out NOT NULL"),
    ADDING_NOT_NULLABLE_FIELD(
            true,
            "scans the table under an exclusive lock; ADD CONSTRAINT ... CHECK (... IS NOT NULL) NOT VALID, VALIDATE it in a"
                    + " later file, then SET NOT NULL no longer scans"),
    ADDING_FOREIGN_KEY_CONSTRAINT(
            true,
            "blocks writes to both tables during the check; add it NOT VALID, VALIDATE CONSTRAINT in a later file"),
    CONSTRAINT_MISSING_NOT_VALID(
            true, "blocks the table during the check; add it NOT VALID, VALIDATE CONSTRAINT in a later file"),
    DISALLOWED_UNIQUE_CONSTRAINT(
            true,
            "blocks the table during the build; CREATE UNIQUE INDEX CONCURRENTLY, then ADD CONSTRAINT ... USING INDEX"),
    CHANGING_COLUMN_TYPE(
            true, "may rewrite the table under an exclusive lock and break readers; add a new column and backfill it"),
    RENAMING_COLUMN(true, "breaks running services; add a new column, write both, drop the old one a release later"),
    RENAMING_TABLE(true, "breaks running services; create a view with the new name instead"),
    BAN_DROP_TABLE(true, "loses data and breaks running services; first release a service that does not use it"),
    BAN_DROP_COLUMN(true, "loses data and breaks running services; first release a service that does not use it"),
    BAN_TRUNCATE_CASCADE(true, "empties every table that refers to this one; name the tables to empty"),
    PREFER_TIMESTAMPTZ(true, "TIMESTAMP forgets the time zone; use TIMESTAMPTZ"),
    BAN_CHAR_FIELD(true, "CHAR pads with blanks; use TEXT, or VARCHAR(n) for a limit"),
    IGNORE_WITHOUT_REASON(false, "give a reason: -- lint:ignore rule: reason"),
    UNUSED_IGNORE(
            false, "ignores nothing; put it directly before the statement, or into the header for the whole file"),
    UNKNOWN_RULE(false, "no such rule to ignore");

    private final boolean ignorable;
    final String advice;

    LintRule(boolean ignorable, String advice) {
        this.ignorable = ignorable;
        this.advice = advice;
    }

    /** The name that users see and write. */
    String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The rule of that name, if {@code -- lint:ignore} may name it. */
    static Optional<LintRule> ignorable(String id) {
        return Arrays.stream(values())
                .filter(rule -> rule.ignorable && rule.id().equals(id))
                .findFirst();
    }
}
