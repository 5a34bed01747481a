package dev.logikids.database.migration.script;

import java.util.ArrayList;
import java.util.List;

/** Splits the text of a SQL file into its statements the way psql does. */
public final class SqlStatements {

    private SqlStatements() {}

    /**
     * Returns the statements in order; empty ones (only blanks and comments) are left out.
     *
     * @throws SqlSyntaxException when the text ends inside a token
     */
    static List<SqlStatement> split(String sql) {
        return group(SqlLexer.tokens(sql)).stream()
                .map(tokens -> {
                    SqlToken first = tokens.get(0);
                    SqlToken last = tokens.get(tokens.size() - 1);
                    return new SqlStatement(sql.substring(first.start(), last.end()), first.line());
                })
                .toList();
    }

    /** Returns the tokens of each statement without comments and without the closing semicolon. */
    public static List<List<SqlToken>> group(List<SqlToken> tokens) {
        List<List<SqlToken>> statements = new ArrayList<>();
        List<SqlToken> current = new ArrayList<>();
        int parentheses = 0;
        int blocks = 0;
        for (SqlToken token : tokens) {
            if (token.isComment()) {
                continue;
            }
            if (token.is(";") && parentheses == 0 && blocks == 0) {
                if (!current.isEmpty()) {
                    statements.add(List.copyOf(current));
                    current.clear();
                }
                continue;
            }
            if (token.is("(")) {
                parentheses++;
            } else if (token.is(")")) {
                parentheses = Math.max(0, parentheses - 1);
            } else if (parentheses == 0) {
                blocks += blockChange(current, token, blocks);
            }
            current.add(token);
        }
        if (!current.isEmpty()) {
            statements.add(List.copyOf(current));
        }
        return statements;
    }

    /** The body of a SQL-standard routine, {@code BEGIN ATOMIC … END}, contains semicolons; CASE ends with END too. */
    private static int blockChange(List<SqlToken> before, SqlToken token, int blocks) {
        if (before.isEmpty()) {
            return 0;
        }
        SqlToken previous = before.get(before.size() - 1);
        if (blocks == 0) {
            return token.is("ATOMIC") && previous.is("BEGIN") && isRoutine(before) ? 1 : 0;
        }
        boolean name = previous.is(".") || previous.is("AS");
        if (name) {
            return 0;
        }
        return token.is("CASE") ? 1 : token.is("END") ? -1 : 0;
    }

    private static boolean isRoutine(List<SqlToken> statement) {
        int kind = statement.size() > 3
                        && statement.get(1).is("OR")
                        && statement.get(2).is("REPLACE")
                ? 3
                : 1;
        return statement.get(0).is("CREATE")
                && (statement.get(kind).is("FUNCTION") || statement.get(kind).is("PROCEDURE"));
    }
}
