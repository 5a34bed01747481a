package dev.logikids.database.migration.lint;

import dev.logikids.database.migration.script.ScannedStatement;
import dev.logikids.database.migration.script.ScannedStatement.Defect;
import dev.logikids.database.migration.script.SqlToken;
import java.util.Locale;
import java.util.Set;

/** Rejects what PostgreSQL cannot read, as far as that can be told from the tokens of a statement. */
final class StatementSyntax {

    private static final Set<String> COMMANDS = Set.of("""
            abort alter analyse analyze begin call checkpoint close cluster comment commit copy create deallocate declare
            delete discard do drop end execute explain fetch grant import insert listen load lock merge move notify prepare
            reassign refresh reindex release repack reset revoke rollback savepoint security select set show start table truncate
            unlisten update vacuum values with (""".split("\\s"));

    /** How much of a word that is no command is shown. */
    private static final int MOST = 30;

    private StatementSyntax() {}

    /** Whether the statement can be read; reports the first thing that cannot. */
    static boolean check(ScannedStatement statement, LintContext context) {
        if (statement.defect().isPresent()) {
            report(statement.defect().get(), context);
            return false;
        }
        SqlToken command = statement.tokens().get(0);
        if (!COMMANDS.contains(command.text().toLowerCase(Locale.ROOT))) {
            context.add(
                    LintRule.SYNTAX_ERROR,
                    command.line(),
                    "PostgreSQL has no command " + visible(command.text()) + "; correct it");
            return false;
        }
        return true;
    }

    private static void report(Defect defect, LintContext context) {
        int line = defect.line();
        switch (defect.kind()) {
            case PSQL_COMMAND ->
                context.add(
                        LintRule.PSQL_ONLY, line, "only psql understands " + defect.text() + "; leave the line out");
            case PSQL_VARIABLE ->
                context.add(
                        LintRule.PSQL_ONLY,
                        line,
                        "only psql puts a variable here, after the colon; write the value itself");
            case PSQL_COPY ->
                context.add(
                        LintRule.PSQL_ONLY,
                        line,
                        "only psql copies from STDIN or to STDOUT; write INSERT, or COPY with a file of the server");
            case UNCLOSED -> context.add(LintRule.SYNTAX_ERROR, line, "this ( is not closed; close it");
            case UNOPENED -> context.add(LintRule.SYNTAX_ERROR, line, "this ) closes nothing; remove it");
        }
    }

    /** The beginning of a word, with the numbers of the characters that nobody sees. */
    private static String visible(String word) {
        StringBuilder text = new StringBuilder();
        word.codePoints()
                .limit(MOST)
                .forEach(c -> text.append(
                        c < '!' || (c > '~' && !Character.isLetterOrDigit(c))
                                ? String.format(Locale.ROOT, "[U+%04X]", c)
                                : Character.toString(c)));
        return text.toString();
    }
}
