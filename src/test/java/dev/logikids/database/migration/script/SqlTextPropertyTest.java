package dev.logikids.database.migration.script;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Any text as a SQL file: nothing is lost, and what is between two statements does not change them. */
class SqlTextPropertyTest {

    private static final String BLANKS = " \t\n\r\f\u000b";

    @Property
    void noTextIsLostOrFailsWithAnythingButASyntaxError(@ForAll("texts") String sql) {
        List<SqlToken> tokens;
        try {
            tokens = SqlLexer.tokens(sql);
        } catch (SqlSyntaxException e) {
            assertThat(e.line())
                    .isBetween(
                            1,
                            1
                                    + (int) sql.chars()
                                            .filter(c -> c == '\n' || c == '\r')
                                            .count());
            return;
        }
        StringBuilder rebuilt = new StringBuilder();
        for (SqlToken token : tokens) {
            assertBlank(sql.substring(rebuilt.length(), token.start()));
            rebuilt.append(sql, rebuilt.length(), token.start()).append(token.text());
        }
        assertBlank(sql.substring(rebuilt.length()));
        rebuilt.append(sql, rebuilt.length(), sql.length());
        assertThat(rebuilt).hasToString(sql);
        assertThat(texts(SqlStatements.group(tokens)))
                .allSatisfy(statement -> assertThat(statement).isNotEmpty());
    }

    @Property
    void statementsComeOutAsTheyWentIn(
            @ForAll("statements") List<List<String>> statements, @ForAll("betweens") List<String> between) {
        StringBuilder sql = new StringBuilder();
        int next = 0;
        for (List<String> statement : statements) {
            for (String token : statement) {
                sql.append(between.get(next++ % between.size())).append(token);
            }
            sql.append(between.get(next++ % between.size())).append(';');
        }
        sql.append(between.get(next % between.size()));

        assertThat(texts(SqlStatements.group(SqlLexer.tokens(sql.toString()))))
                .isEqualTo(
                        statements.stream().filter(tokens -> !tokens.isEmpty()).toList());
    }

    private static void assertBlank(String gap) {
        assertThat(gap.chars().allMatch(c -> BLANKS.indexOf(c) >= 0 || c == '\ufeff'))
                .as(gap)
                .isTrue();
    }

    private static List<List<String>> texts(List<List<SqlToken>> statements) {
        List<List<String>> texts = new ArrayList<>();
        statements.forEach(
                tokens -> texts.add(tokens.stream().map(SqlToken::text).toList()));
        return texts;
    }

    @Provide
    Arbitrary<String> texts() {
        Arbitrary<String> pieces = Arbitraries.of(
                "'",
                "\"",
                "$$",
                "$a$",
                "$",
                "--",
                "/*",
                "*/",
                "\\",
                "E'",
                "U&'",
                "U&\"",
                "x'",
                ";",
                "(",
                ")",
                "\n",
                "\r",
                " ",
                "CREATE",
                "FUNCTION",
                "BEGIN",
                "ATOMIC",
                "CASE",
                "END",
                "AS",
                ".",
                "1",
                "1.",
                "é",
                "\ud800",
                "\0",
                "\ufeff");
        return Arbitraries.oneOf(
                pieces.list().ofMaxSize(40).map(list -> String.join("", list)),
                Arbitraries.strings().ofMaxLength(60));
    }

    @Provide
    Arbitrary<List<List<String>>> statements() {
        Arbitrary<String> inner = Arbitraries.of("", ";", "--", "/*", "a", "\n", "(", "é", "BEGIN ATOMIC", "\\\\")
                .list()
                .ofMaxSize(4)
                .map(list -> String.join("", list));
        Arbitrary<String> tag = Arbitraries.of("", "a", "_b1", "é");
        Arbitrary<String> token = Arbitraries.oneOf(
                Arbitraries.of("SELECT", "t", "1", "1.5", "=", ",", "END", "x$y"),
                inner.map(text -> "'" + text + "''" + text + "'"),
                inner.map(text -> "E'" + text + "\\'" + text + "'"),
                inner.map(text -> "\"" + text + "\"\"" + text + "\""),
                Combinators.combine(tag, inner).as((name, text) -> "$" + name + "$" + text + "'$" + name + "$"));
        return token.list().ofMaxSize(6).list().ofMaxSize(6);
    }

    /** No line end: two strings would be one, as SQL wants it. */
    @Provide
    Arbitrary<List<String>> betweens() {
        return Arbitraries.of(" ", "\t ", " /* ; ' */ ", " /* $$ /* \" */ ; */ ", "/**/ ", " /*--*/ ")
                .list()
                .ofMinSize(1)
                .ofMaxSize(7);
    }
}
