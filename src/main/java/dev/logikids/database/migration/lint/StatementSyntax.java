package dev.logikids.database.migration.lint;

import dev.logikids.database.migration.script.SqlToken;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Rejects what PostgreSQL cannot read, as far as that can be told from the tokens of a statement. */
final class StatementSyntax {

    private static final Set<String> COMMANDS = Set.of("""
            abort alter analyse analyze begin call checkpoint close cluster comment commit copy create deallocate declare
            delete discard do drop end execute explain fetch grant import insert listen load lock merge move notify prepare
            reassign refresh reindex release reset revoke rollback savepoint security select set show start table truncate
            unlisten update vacuum values with (""".split("\\s"));

    private StatementSyntax() {}

    /** Whether the statement can be read; reports the first thing that cannot. */
    static boolean check(List<SqlToken> tokens, LintContext context) {
        Deque<SqlToken> open = new ArrayDeque<>();
        for (int i = 0; i < tokens.size(); i++) {
            SqlToken token = tokens.get(i);
            boolean variable = i + 1 < tokens.size()
                    && token.is(":")
                    && token.end() == tokens.get(i + 1).start()
                    && tokens.get(i + 1).text().matches("['\"].*");
            if (token.is("\\") || variable) {
                context.add(LintRule.PSQL_ONLY, token.line());
                return false;
            }
            if (token.is("(")) {
                open.push(token);
            } else if (token.is(")") && open.poll() == null) {
                context.add(LintRule.SYNTAX_ERROR, token.line(), "this ) closes nothing");
                return false;
            }
        }
        if (!open.isEmpty()) {
            context.add(LintRule.SYNTAX_ERROR, open.getLast().line(), "this ( is not closed");
            return false;
        }
        SqlToken command = tokens.get(0);
        if (!COMMANDS.contains(command.text().toLowerCase(Locale.ROOT))) {
            context.add(LintRule.SYNTAX_ERROR, command.line(), "PostgreSQL has no command " + command.text());
            return false;
        }
        return true;
    }
}
