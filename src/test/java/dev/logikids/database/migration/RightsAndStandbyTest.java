package dev.logikids.database.migration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A role that may not, a server that does not. */
class RightsAndStandbyTest {

    private static final String NAME = "900_case.sql";

    private final MigrationFixture database = new MigrationFixture();

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void aRoleWithoutRightsIsToldTheGrantItNeeds() throws SQLException {
        database.execute("DO $$ BEGIN CREATE ROLE stranger LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$");
        database.as("stranger");

        assertThatThrownBy(database::migrate)
                .hasMessageContaining("permission denied for schema public")
                .hasMessageContaining("GRANT USAGE, CREATE ON SCHEMA \"public\" TO \"stranger\"");

        database.execute("GRANT USAGE, CREATE ON SCHEMA public TO stranger; CREATE TABLE owned (id int)");
        database.write(NAME, "SELECT 1;\n\nALTER TABLE owned ADD COLUMN x int;");

        assertThatThrownBy(database::migrate)
                .hasMessageContaining("900_case.sql, line 3: ERROR: must be owner of table owned (SQLSTATE 42501)")
                .hasMessageContaining("ALTER TABLE owned OWNER TO \"stranger\"");

        database.write(NAME, "SELECT 1;");
        database.execute(
                "ALTER TABLE schema_migrations OWNER TO logikids; GRANT SELECT ON schema_migrations TO stranger");

        assertThatThrownBy(database::migrate)
                .hasMessageContaining("the rows of 900_case.sql cannot be written")
                .hasMessageContaining("GRANT ALL ON TABLE schema_migrations TO \"stranger\"");

        database.execute("REVOKE ALL ON schema_migrations FROM stranger");

        assertThatThrownBy(database::migrate)
                .hasMessageContaining("permission denied for table schema_migrations")
                .hasMessageContaining("GRANT ALL ON TABLE schema_migrations TO \"stranger\"");
    }

    @Test
    void aPolicyThatHidesRowsOfALedgerMakesNoFileRunAgain() throws SQLException {
        database.execute("DO $$ BEGIN CREATE ROLE stranger LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$;"
                + " GRANT USAGE, CREATE ON SCHEMA public TO stranger");
        database.as("stranger");
        database.migrate();
        database.execute("ALTER TABLE schema_migrations ENABLE ROW LEVEL SECURITY;"
                + " ALTER TABLE schema_migrations FORCE ROW LEVEL SECURITY");

        assertThatThrownBy(database::migrate)
                .hasMessageContaining("row-level security policy")
                .hasMessageContaining("ALTER ROLE \"stranger\" BYPASSRLS");
    }

    @Test
    void aReadOnlyServerIsWaitedFor() throws SQLException {
        database.migrate();
        database.write(NAME, "CREATE TABLE late (id int);");
        database.execute("ALTER DATABASE "
                + database.query("SELECT current_database()").get(0) + " SET default_transaction_read_only = on");

        assertThatThrownBy(database::migrate)
                .isInstanceOfSatisfying(
                        MigrationFailure.class,
                        failure -> assertThat(failure.isTransient()).isTrue())
                .hasMessageContaining("the server takes no writes: it is a standby");
        assertThat(database.progress).noneMatch(line -> line.contains(NAME));
    }
}
