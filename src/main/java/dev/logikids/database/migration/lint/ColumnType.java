package dev.logikids.database.migration.lint;

/** The rules for the type of a column, wherever one is declared. */
final class ColumnType {

    private ColumnType() {}

    /** Checks the type that comes next. */
    static void check(SqlCursor part, LintContext context) {
        int line = part.line();
        if (part.accept("TIMESTAMP")) {
            part.parenthesized();
            if (!part.sees("WITH", "TIME", "ZONE")) {
                context.add(LintRule.PREFER_TIMESTAMPTZ, line);
            }
            return;
        }
        part.accept("NATIONAL");
        boolean character =
                part.accept("CHAR") || part.accept("CHARACTER") || part.accept("NCHAR") || part.accept("BPCHAR");
        if (character && !part.sees("VARYING")) {
            context.add(LintRule.BAN_CHAR_FIELD, line);
        }
    }
}
