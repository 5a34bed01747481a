package dev.logikids.database.migration;

import dev.logikids.database.migration.MigrationConfig.NoticeLevel;
import java.util.Locale;

/** The PostgreSQL settings of a session that migrates. */
final class SessionSettings {

    /** Ends what the statements of a file have set, up to the state that the session began with. */
    static final String RESET = "RESET SESSION AUTHORIZATION; RESET ROLE; RESET ALL";

    /** A policy on a ledger must not hide rows: without them, files would run again. */
    static final String WHOLE_LEDGERS = "SET row_security = off";

    private SessionSettings() {}

    /** Returns the statement that applies them for the rest of the session. */
    static String sql(MigrationConfig config) {
        // client_connection_check_interval ends the session of a killed process, and so its lock, in the middle of a
        // statement; the keepalives do so for a host that vanished; the join leaves out what this server does not know
        return """
                SELECT set_config(name, wanted.value, false) FROM pg_settings JOIN (VALUES
                  ('application_name', 'logikids-database migrate'),
                  ('client_min_messages', '%s'),
                  ('lock_timeout', '%dms'),
                  ('statement_timeout', '%dms'),
                  ('idle_in_transaction_session_timeout', '0'),
                  ('idle_session_timeout', '0'),
                  ('transaction_timeout', '0'),
                  ('client_connection_check_interval', '2s'),
                  ('tcp_keepalives_idle', '30'),
                  ('tcp_keepalives_interval', '10'),
                  ('tcp_keepalives_count', '3')
                ) AS wanted (name, value) USING (name)
                """.formatted(
                config.notices() == NoticeLevel.OFF
                        ? "error"
                        : config.notices().name().toLowerCase(Locale.ROOT),
                config.lockTimeout().toMillis(),
                config.statementTimeout().toMillis()).strip();
    }
}
