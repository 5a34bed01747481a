package dev.logikids.database.migration;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The rules of {@link Lint}; each constant says what is wrong and what to do instead. Names are never changed. */
enum LintRule {
    FILE_NAME(false, "name it NNN_name.sql: a number of at least three digits, then lower-case letters, digits and _"),
    DUPLICATE_NUMBER(false, "another file has this number; give this one the next free number"),
    ENCODING(false, "is not UTF-8; save it as UTF-8"),
    HEADER(true, "the file does not begin with its header"),
    EMPTY_FILE(false, "holds no statement, so it would be recorded without doing anything; write its SQL"),
    SYNTAX_ERROR(false, "PostgreSQL cannot read this"),
    PSQL_ONLY(false, "only psql understands this; write plain SQL, such as INSERT instead of COPY FROM STDIN"),
    TRANSACTION_NESTING(
            true, "the file already runs in a transaction of its own (or needs none); leave transaction commands out"),
    BAN_CONCURRENT_INDEX_CREATION_IN_TRANSACTION(
            true,
            "CONCURRENTLY fails in a transaction; give it a file of its own with the header -- Transaction: none"),
    NOT_IN_TRANSACTION(
            true, "this fails in a transaction; give it a file of its own with the header -- Transaction: none"),
    ONE_STATEMENT_OUTSIDE_TRANSACTION(
            true, "without a transaction this may run again after a failure below; give it a file of its own"),
    PREFER_ROBUST_STMTS(true, "fails when the file runs again"),
    REQUIRE_CONCURRENT_INDEX_CREATION(
            true, "blocks writes while it builds; CREATE INDEX CONCURRENTLY in a file with -- Transaction: none"),
    ADDING_FIELD_WITH_DEFAULT(
            true,
            "rewrites the table under an exclusive lock; add the column without it, set the DEFAULT, then back-fill"),
    ADDING_REQUIRED_FIELD(
            true, "fails on a table with rows and breaks services that run; add it with a DEFAULT or without NOT NULL"),
    ADDING_NOT_NULLABLE_FIELD(
            true,
            "scans the table under an exclusive lock; ADD CONSTRAINT ... CHECK (... IS NOT NULL) NOT VALID, VALIDATE it in a"
                    + " later file, then SET NOT NULL no longer scans"),
    ADDING_FOREIGN_KEY_CONSTRAINT(
            true,
            "blocks writes to both tables while it checks; add it NOT VALID, VALIDATE CONSTRAINT in a later file"),
    CONSTRAINT_MISSING_NOT_VALID(
            true, "blocks the table while it checks; add it NOT VALID, VALIDATE CONSTRAINT in a later file"),
    DISALLOWED_UNIQUE_CONSTRAINT(
            true,
            "blocks the table while it builds; CREATE UNIQUE INDEX CONCURRENTLY, then ADD CONSTRAINT ... USING INDEX"),
    CHANGING_COLUMN_TYPE(
            true, "may rewrite the table under an exclusive lock and break readers; add a new column and back-fill it"),
    RENAMING_COLUMN(true, "breaks services that run; add a new column, fill both, drop the old one a release later"),
    RENAMING_TABLE(true, "breaks services that run; create a view with the new name instead"),
    BAN_DROP_TABLE(true, "loses data and breaks services that run; first release a service that does not use it"),
    BAN_DROP_COLUMN(true, "loses data and breaks services that run; first release a service that does not use it"),
    BAN_TRUNCATE_CASCADE(true, "empties every table that refers to this one; name the tables to empty"),
    PREFER_TIMESTAMPTZ(true, "TIMESTAMP forgets the time zone; use TIMESTAMPTZ"),
    BAN_CHAR_FIELD(true, "CHAR pads with blanks; use TEXT, or VARCHAR(n) for a limit"),
    IGNORE_WITHOUT_REASON(false, "say why: -- lint:ignore rule: reason"),
    UNUSED_IGNORE(false, "ignores nothing; it belongs directly before the statement, or into the header for the file"),
    UNKNOWN_RULE(false, "there is no such rule to ignore");

    private final boolean ignorable;
    private final String advice;

    LintRule(boolean ignorable, String advice) {
        this.ignorable = ignorable;
        this.advice = advice;
    }

    /** The name that users see and write. */
    String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    String advice() {
        return advice;
    }

    /** The rule of that name, if {@code -- lint:ignore} may name it. */
    static Optional<LintRule> ignorable(String id) {
        return Arrays.stream(values())
                .filter(rule -> rule.ignorable && rule.id().equals(id))
                .findFirst();
    }
}
