package dev.logikids.database.migration;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.QueryExecutor;
import org.postgresql.core.ResultHandlerBase;
import org.postgresql.core.TransactionState;
import org.postgresql.util.PSQLWarning;
import org.postgresql.util.ServerErrorMessage;

/**
 * A session of the database for one file. It is new, so that nothing that another file has set, created or locked for its
 * session is in it. SQL reaches the server as it is written, in the simple protocol that psql uses: the connection has
 * {@code preferQueryMode=simple}, without which the driver would split statements and take {@code ??} for its own.
 */
final class MigrationSession implements SqlChannel, AutoCloseable {

    private static final int FLAGS =
            QueryExecutor.QUERY_EXECUTE_AS_SIMPLE | QueryExecutor.QUERY_NO_RESULTS | QueryExecutor.QUERY_SUPPRESS_BEGIN;

    private final Connection connection;
    /** The driver's own: Agroal's wrapper aborts nothing. */
    private final BaseConnection driver;

    private final Identity identity;
    private Consumer<ServerErrorMessage> notices = notice -> {};

    /**
     * What tells this session from all others.
     *
     * @param pid the process id of its backend
     * @param start when that backend started, in seconds since 1970
     * @param role the role that it acts as
     */
    record Identity(int pid, String start, String role) {}

    private MigrationSession(Connection connection) throws SQLException {
        this.connection = connection;
        this.driver = connection.unwrap(BaseConnection.class);
        try (Statement statement = driver.createStatement();
                ResultSet row = statement.executeQuery("""
                SELECT pid, extract(epoch FROM backend_start)::text, current_user
                FROM pg_stat_activity WHERE pid = pg_backend_pid()
                """)) {
            row.next();
            this.identity = new Identity(row.getInt(1), row.getString(2), row.getString(3));
        }
        requireWrites(driver);
    }

    /**
     * Opens a session.
     *
     * @throws MigrationFailure transient when the server takes no writes
     */
    static MigrationSession open(DataSource dataSource) throws SQLException {
        Connection connection = dataSource.getConnection();
        try {
            return new MigrationSession(connection);
        } catch (SQLException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    /**
     * Looks whether a session may write.
     *
     * @throws MigrationFailure transient when it may not
     */
    static void requireWrites(Connection connection) throws SQLException {
        try (Statement query = connection.createStatement();
                ResultSet row = query.executeQuery("SHOW transaction_read_only")) {
            row.next();
            if (row.getString(1).equals("on")) {
                throw MigrationFailure.readOnlyServer();
            }
        }
    }

    @Override
    public void send(String sql) throws SQLException {
        // as executeUpdate of a statement, which would make an error of rows and keep every notice until its end
        QueryExecutor executor = driver.getQueryExecutor();
        executor.execute(driver.createQuery(sql, false, false).query, null, new Answer(), 0, 0, FLAGS);
    }

    /** Drops rows as they arrive, and passes on notices, also in the middle of a statement. */
    private final class Answer extends ResultHandlerBase {

        @Override
        public void handleWarning(SQLWarning warning) {
            if (warning instanceof PSQLWarning fromServer) {
                notices.accept(fromServer.getServerErrorMessage());
            }
        }
    }

    /** Passes the notices of later statements to that consumer, in the thread that sends them. */
    void tellNoticesTo(Consumer<ServerErrorMessage> consumer) {
        notices = consumer;
    }

    @Override
    public boolean inTransaction() {
        return driver.getTransactionState() != TransactionState.IDLE;
    }

    Identity identity() {
        return identity;
    }

    Connection connection() {
        return driver;
    }

    /** Ends the session at once, from any thread, also while it waits for an answer. */
    void abort() throws SQLException {
        driver.abort(Runnable::run);
    }

    /** Ends the session, and with it an open transaction. */
    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            // the server ends it as well
        }
    }
}
