package dev.logikids.database.migration.script;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.postgresql.core.NativeQuery;
import org.postgresql.core.Parser;

class SqlStatementsPropertyTest {

    /** Without BEGIN ATOMIC, after which the driver does not split, and pieces of only comments, which it counts. */
    @Property(tries = 2000)
    void splitsLikeThePostgreSqlDriver(@ForAll("files") String sql) throws SQLException {
        List<NativeQuery> expected = Parser.parseJdbcSql(sql, true, false, true, false, false);

        assertThat(SqlStatements.split(sql))
                .extracting(SqlStatement::text)
                .hasSameSizeAs(expected)
                .allSatisfy(text -> assertThat(sql).contains(text));
    }

    @Provide
    Arbitrary<String> files() {
        Arbitrary<String> query = Arbitraries.of(
                        "1",
                        "'a;''b'",
                        "E'a\\';b'",
                        "\"n;\"\"m\"",
                        "$$ ; ' $$",
                        "$t$ $$;$$ $t$",
                        "x$y$z",
                        "-- c;'\n",
                        "/* ; /* ' */ */",
                        "(a; b)",
                        "E'a'\n'b'",
                        "::text",
                        "- -",
                        "1.5e-3",
                        "\r\n",
                        "\t",
                        ",",
                        "ü$1")
                .list()
                .ofMaxSize(5)
                .map(pieces -> "SELECT " + String.join(" ", pieces));
        return Arbitraries.frequencyOf(Tuple.of(9, query), Tuple.of(1, Arbitraries.just("")))
                .list()
                .ofMaxSize(6)
                .map(statements -> String.join(";", statements));
    }
}
