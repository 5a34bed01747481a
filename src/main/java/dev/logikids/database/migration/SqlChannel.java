package dev.logikids.database.migration;

import java.sql.SQLException;

/** Takes the SQL of a migration: a session of the database, or the text of a dry run. */
interface SqlChannel {

    /** Sends one statement, or several that belong together; what they return is dropped. */
    void send(String sql) throws SQLException;

    /** Whether a transaction block is open after what was sent. */
    boolean inTransaction();
}
