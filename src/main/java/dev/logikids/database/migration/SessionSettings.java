package dev.logikids.database.migration;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/** The PostgreSQL settings of a session that migrates. */
final class SessionSettings {

    // client_connection_check_interval ends the session of a killed process, and so its lock, in the middle of a
    // statement; the keepalives do so for a host that vanished; the join leaves out what this server does not know
    private static final String SET = """
            SELECT set_config(name, wanted.value, false) FROM pg_settings JOIN (VALUES
              ('application_name', 'logikids-database migrate'),
              ('lock_timeout', ?),
              ('statement_timeout', ?),
              ('idle_in_transaction_session_timeout', '0'),
              ('client_connection_check_interval', '2s'),
              ('tcp_keepalives_idle', '30'),
              ('tcp_keepalives_interval', '10'),
              ('tcp_keepalives_count', '3')
            ) AS wanted (name, value) USING (name)
            """;

    private SessionSettings() {}

    /** Applies them for the rest of the session. */
    static void apply(Connection connection, MigrationConfig config) throws SQLException {
        try (PreparedStatement set = connection.prepareStatement(SET)) {
            set.setString(1, config.lockTimeout().toMillis() + "ms");
            set.setString(2, config.statementTimeout().toMillis() + "ms");
            set.execute();
        }
    }
}
