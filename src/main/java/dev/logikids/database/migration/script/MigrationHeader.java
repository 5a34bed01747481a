package dev.logikids.database.migration.script;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The comments that open a file, before its first statement.
 *
 * @param comments in order
 */
public record MigrationHeader(List<SqlToken> comments) {

    private static final Pattern LINE = Pattern.compile("--+\\s*([\\w-]+)[ \\t]*:[ \\t]*(.*?)\\s*", Pattern.DOTALL);

    /** Reads them. */
    static MigrationHeader of(String sql) {
        List<SqlToken> comments = new ArrayList<>();
        SqlLexer lexer = new SqlLexer(sql);
        try {
            for (SqlToken token = lexer.next(); token != null && token.isComment(); token = lexer.next()) {
                comments.add(token);
            }
        } catch (SqlSyntaxException e) {
            // what stands before it still counts
        }
        return new MigrationHeader(List.copyOf(comments));
    }

    /** One line such as {@code -- Description: …}. */
    public record Line(String key, String value, int line) {

        /** Reads a comment, if it is such a line. */
        public static Optional<Line> of(SqlToken comment) {
            Matcher matcher = LINE.matcher(comment.text());
            return matcher.matches()
                    ? Optional.of(new Line(matcher.group(1), matcher.group(2), comment.line()))
                    : Optional.empty();
        }
    }

    /** The value of the first line with that key, in any case. */
    public Optional<String> value(String key) {
        return comments.stream()
                .flatMap(comment -> Line.of(comment).stream())
                .filter(line -> line.key().equalsIgnoreCase(key))
                .map(Line::value)
                .findFirst();
    }
}
