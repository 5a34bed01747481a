package dev.logikids.database.migration.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.logikids.database.testsupport.TestPostgreSql;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SqlStatementsTest {

    private static final String ROUTINES = """
            CREATE TABLE note (id INT, body TEXT);
            CREATE FUNCTION plain() RETURNS INT LANGUAGE plpgsql AS $body$
            BEGIN
              EXECUTE $$SELECT 1; SELECT 2$$;
              RETURN 1;
            END $body$;
            CREATE FUNCTION standard(n INT) RETURNS TEXT
            BEGIN ATOMIC
              INSERT INTO note VALUES (n, ';');
              SELECT CASE WHEN n > 0 THEN CASE n WHEN 1 THEN 'one' ELSE 'more' END ELSE 'none' END AS "end";
            END;
            CREATE OR REPLACE PROCEDURE again() BEGIN ATOMIC DELETE FROM note; DELETE FROM note; END;
            DO $$ BEGIN PERFORM 1; END $$;
            CREATE RULE two AS ON DELETE TO note DO ALSO (SELECT 1; SELECT 2);
            COMMENT ON TABLE note IS E'it\\'s; /* not a comment';
            CREATE TABLE a$b$ (c$d$ INT); /* ; /* ; */ ; */
            INSERT INTO note VALUES (1, E'a'
              -- ; still the same string
              '\\';b'), (2, U&'\\0041;'), (3, B'1'::text);
            SELECT $1$ FROM (SELECT 1 AS x) AS "a;""b" -- the last one has no semicolon
            """;

    @ParameterizedTest
    @ValueSource(strings = {"", " \r\n\t", ";;", "-- only a comment", "/* a */;/* b; */", "\uFEFF"})
    void findsNoStatement(String sql) {
        assertThat(SqlStatements.split(sql)).isEmpty();
    }

    @Test
    void givesEachStatementWithItsLineAndInnerComments() {
        String sql = "-- header;\r\n\r\nSELECT 1 -- one\r\n  + /* ; */ 2 -- end\r\n;\r\n/* x */ SELECT ';';SELECT 3";

        assertThat(SqlStatements.split(sql))
                .containsExactly(
                        new SqlStatement("SELECT 1 -- one\r\n  + /* ; */ 2", 3),
                        new SqlStatement("SELECT ';'", 6),
                        new SqlStatement("SELECT 3", 6));
    }

    @Test
    void countsALoneCarriageReturnAsALineEnd() {
        assertThat(SqlStatements.split("-- x\r;\r\n\rSELECT 1")).containsExactly(new SqlStatement("SELECT 1", 4));
    }

    @Test
    void skipsTheByteOrderMark() {
        assertThat(SqlStatements.split("\uFEFFSELECT 1")).containsExactly(new SqlStatement("SELECT 1", 1));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "`SELECT 1;\nSELECT 'open`,2",
                "`SELECT 'it\\'s'`,1",
                "`SELECT E'\\\\', E'\\'`,1",
                "`SELECT E'x'\n  'open\\'`,2",
                "`\nSELECT \"open`,2",
                "`SELECT $a$ $b$`,1",
                "`SELECT 1\n/* /* */`,2",
            })
    void saysWhereAnUnterminatedPieceBegins(String sql, int line) {
        assertThatThrownBy(() -> SqlStatements.split(sql))
                .isInstanceOfSatisfying(
                        SqlSyntaxException.class, e -> assertThat(e.line()).isEqualTo(line));
    }

    @Test
    void splitsRoutinesAndRules() {
        assertThat(SqlStatements.split(ROUTINES))
                .extracting(statement -> statement.text().lines().findFirst().orElseThrow())
                .containsExactly(
                        "CREATE TABLE note (id INT, body TEXT)",
                        "CREATE FUNCTION plain() RETURNS INT LANGUAGE plpgsql AS $body$",
                        "CREATE FUNCTION standard(n INT) RETURNS TEXT",
                        "CREATE OR REPLACE PROCEDURE again() BEGIN ATOMIC DELETE FROM note; DELETE FROM note; END",
                        "DO $$ BEGIN PERFORM 1; END $$",
                        "CREATE RULE two AS ON DELETE TO note DO ALSO (SELECT 1; SELECT 2)",
                        "COMMENT ON TABLE note IS E'it\\'s; /* not a comment'",
                        "CREATE TABLE a$b$ (c$d$ INT)",
                        "INSERT INTO note VALUES (1, E'a'",
                        "SELECT $1$ FROM (SELECT 1 AS x) AS \"a;\"\"b\"");
    }

    @Test
    void givesStatementsThatPostgreSqlTakesOneByOne() throws SQLException {
        List<SqlStatement> statements = SqlStatements.split(ROUTINES);

        try (Connection connection =
                        TestPostgreSql.connectTo(TestPostgreSql.server().createDatabase());
                Statement jdbc = connection.createStatement()) {
            for (SqlStatement statement : statements.subList(0, statements.size() - 1)) {
                jdbc.setEscapeProcessing(false);
                jdbc.execute(statement.text());
            }
            try (ResultSet rows = jdbc.executeQuery("SELECT body FROM note ORDER BY id")) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getString(1)).isEqualTo("a';b");
            }
        }
    }
}
