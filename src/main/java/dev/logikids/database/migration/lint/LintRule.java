package dev.logikids.database.migration.lint;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The rules of {@link Lint}; each constant says what is wrong and what to do instead. Names are never changed. */
enum LintRule {
    FILE_NAME(
            Effect.REFUSAL,
            "only migrations may be in this folder: name it NNN_name.sql, a number of at least three digits, then lower-case"
                    + " letters, digits and _; or move it elsewhere"),
    DUPLICATE_NUMBER(Effect.REFUSAL, "has this number, too; give the newer file the next free one"),
    NUMBER_ORDER(
            Effect.REFUSAL,
            "and this file run in alphabetical order, which is not that of their numbers; give all numbers as many digits"),
    ENCODING(Effect.REFUSAL, "is not UTF-8 text"),
    BLANK_FILE(Effect.REFUSAL, "the file is blank; write its SQL, or a comment that says why there is none"),
    UNFINISHED_FILE(
            Effect.REFUSAL,
            "the file is as 'new' wrote it; write its SQL, and say in -- Description: what it changes and why"),
    OTHER_FORMAT(
            Effect.REFUSAL,
            "this line belongs to the format of another tool; here a file is one plain SQL script that runs as a whole: write"
                    + " one file for each change, and no way back"),
    UNKNOWN_HEADER(Effect.REFUSAL, "the header has the keys Migration, Description, Date and Transaction"),
    SYNTAX_ERROR(Effect.REFUSAL, "PostgreSQL cannot read this"),
    PSQL_ONLY(Effect.REFUSAL, "only psql understands this; write plain SQL"),
    TRANSACTION_NESTING(
            Effect.REFUSAL,
            "the file runs in one transaction, which this would end or change; leave it out. A plain BEGIN at the start and a"
                    + " COMMIT at the end of the file are accepted"),
    SESSION_SETTING(Effect.REFUSAL, "leave this setting out"),
    BAN_CONCURRENT_INDEX_CREATION_IN_TRANSACTION(
            Effect.REFUSAL,
            "CONCURRENTLY fails in a transaction; give it its own file with this line in the header: -- Transaction: none"),
    NOT_IN_TRANSACTION(
            Effect.REFUSAL,
            "this fails in a transaction; give it its own file with this line in the header: -- Transaction: none"),
    HEADER(Effect.ADVICE, "the file does not begin with its header"),
    EMPTY_FILE(Effect.ADVICE, "contains no statement, so it will be recorded without doing anything"),
    ONE_STATEMENT_OUTSIDE_TRANSACTION(
            Effect.ADVICE, "without a transaction this runs again if a later statement fails; give it its own file"),
    PREFER_ROBUST_STMTS(Effect.ADVICE, "fails when the file runs again"),
    REQUIRE_CONCURRENT_INDEX_CREATION(
            Effect.ADVICE,
            "blocks writes during the build; CREATE INDEX CONCURRENTLY in a file with -- Transaction: none"),
    REQUIRE_CONCURRENT_INDEX_DELETION(
            Effect.ADVICE,
            "waits for every reader of the table; DROP INDEX CONCURRENTLY in a file with -- Transaction: none"),
    REQUIRE_CONCURRENT_PARTITION_DETACH(
            Effect.ADVICE,
            "blocks the whole table; DETACH PARTITION ... CONCURRENTLY in a file with -- Transaction: none"),
    REQUIRE_CONCURRENT_REINDEX(
            Effect.ADVICE,
            "blocks writes during the build; REINDEX ... CONCURRENTLY in a file with -- Transaction: none"),
    REQUIRE_CONCURRENT_REFRESH(
            Effect.ADVICE,
            "blocks readers of the view meanwhile; REFRESH MATERIALIZED VIEW CONCURRENTLY, which needs a unique index"),
    BAN_CLUSTER(Effect.ADVICE, "rewrites the table under an exclusive lock; leave it to an operator at a quiet hour"),
    BAN_LOCK_TABLE(Effect.ADVICE, "makes running services wait; PostgreSQL takes the locks that a statement needs"),
    UPDATE_WITHOUT_WHERE(
            Effect.ADVICE,
            "rewrites every row in one transaction; say WHERE, and change a large table in several files"),
    DELETE_WITHOUT_WHERE(Effect.ADVICE, "removes every row; say WHERE, or TRUNCATE if that is meant"),
    ADDING_FIELD_WITH_DEFAULT(
            Effect.ADVICE,
            "rewrites the table under an exclusive lock; add the column without it, set the DEFAULT, then backfill"),
    ADDING_REQUIRED_FIELD(
            Effect.ADVICE,
            "fails on a table with rows and breaks running services; give it a DEFAULT or leave out NOT NULL"),
    ADDING_NOT_NULLABLE_FIELD(
            Effect.ADVICE,
            "scans the table under an exclusive lock and breaks an older version that leaves the column out; release a version"
                    + " that fills it first, then ADD CONSTRAINT ... CHECK (... IS NOT NULL) NOT VALID, VALIDATE it in a later"
                    + " file, then SET NOT NULL no longer scans"),
    ADDING_FOREIGN_KEY_CONSTRAINT(
            Effect.ADVICE,
            "blocks writes to both tables during the check; add it NOT VALID, VALIDATE CONSTRAINT in a later file"),
    CONSTRAINT_MISSING_NOT_VALID(
            Effect.ADVICE, "blocks the table during the check; add it NOT VALID, VALIDATE CONSTRAINT in a later file"),
    DISALLOWED_UNIQUE_CONSTRAINT(
            Effect.ADVICE,
            "blocks the table during the build; CREATE UNIQUE INDEX CONCURRENTLY, then ADD CONSTRAINT ... USING INDEX"),
    BAN_DROP_NOT_NULL(
            Effect.ADVICE, "may break an older version, which expects a value; release a version first that does not"),
    BAN_ALTER_DOMAIN_WITH_ADD_CONSTRAINT(
            Effect.ADVICE,
            "blocks every table with the domain during the check; put a CHECK ... NOT VALID on the columns instead"),
    CHANGING_COLUMN_TYPE(
            Effect.ADVICE,
            "may rewrite the table under an exclusive lock and break readers; add a new column and backfill it"),
    RENAMING_COLUMN(
            Effect.ADVICE, "breaks running services; add a new column, write both, drop the old one a release later"),
    RENAMING_TABLE(Effect.ADVICE, "breaks running services; create a view with the new name instead"),
    BAN_DROP_TABLE(
            Effect.ADVICE, "loses data and breaks running services; first release a service that does not use it"),
    BAN_DROP_COLUMN(
            Effect.ADVICE, "loses data and breaks running services; first release a service that does not use it"),
    BREAKS_OLDER_VERSION(
            Effect.ADVICE, "may break an older version on the new schema; first release a version that does without"),
    BAN_TRUNCATE_CASCADE(Effect.ADVICE, "empties every table that refers to this one; name the tables to empty"),
    PREFER_TIMESTAMPTZ(Effect.ADVICE, "TIMESTAMP forgets the time zone; use TIMESTAMPTZ"),
    BAN_CHAR_FIELD(Effect.ADVICE, "CHAR pads with blanks; use TEXT, or VARCHAR(n) for a limit"),
    IGNORE_WITHOUT_REASON(Effect.MISUSE, "give a reason: -- lint:ignore rule: reason"),
    UNUSED_IGNORE(
            Effect.MISUSE,
            "ignores nothing; put it directly before the statement, or into the header for the whole file"),
    UNKNOWN_RULE(Effect.MISUSE, "no such rule to ignore");

    /** What a finding of the rule means. */
    private enum Effect {
        /** The file would not do what it says: neither validate nor migrate takes it, and nothing silences it. */
        REFUSAL,
        /** Something that a person may have a reason for. */
        ADVICE,
        /** A wrong {@code -- lint:ignore}. */
        MISUSE
    }

    private final Effect effect;
    final String advice;

    LintRule(Effect effect, String advice) {
        this.effect = effect;
        this.advice = advice;
    }

    /** The name that users see and write. */
    String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    boolean refuses() {
        return effect == Effect.REFUSAL;
    }

    LintFinding finding(String file, int line, String message) {
        return new LintFinding(file, line, id(), message, refuses());
    }

    /** Whether {@code -- lint:ignore} may name it. */
    boolean canBeIgnored() {
        return effect == Effect.ADVICE;
    }

    static Optional<LintRule> named(String id) {
        return Arrays.stream(values()).filter(rule -> rule.id().equals(id)).findFirst();
    }
}
