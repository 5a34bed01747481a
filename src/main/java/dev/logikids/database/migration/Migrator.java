package dev.logikids.database.migration;

import dev.logikids.database.migration.SchemaStatus.State;
import io.quarkus.liquibase.LiquibaseDataSource;
import io.quarkus.liquibase.LiquibaseFactory;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.StringWriter;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import javax.sql.DataSource;
import liquibase.Liquibase;
import liquibase.Scope;
import liquibase.database.Database;
import liquibase.database.jvm.JdbcConnection;
import liquibase.exception.LiquibaseException;
import liquibase.executor.ExecutorService;
import liquibase.executor.LoggingExecutor;

/**
 * Brings a database to the schema of this build with Liquibase, over JDBC. Blocks: never call it on an event loop.
 * Everything here may be repeated, and may be ended at any moment without leaving a lock or half a file behind.
 */
@ApplicationScoped
public class Migrator {

    static final Duration FIRST_PAUSE = Duration.ofMillis(250);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    private final LiquibaseFactory liquibaseFactory;
    private final DataSource dataSource;
    private final MigrationConfig config;

    Migrator(
            @LiquibaseDataSource("migration") LiquibaseFactory liquibaseFactory,
            @io.quarkus.agroal.DataSource("migration") DataSource dataSource,
            MigrationConfig config) {
        this.liquibaseFactory = liquibaseFactory;
        this.dataSource = dataSource;
        this.config = config;
    }

    /**
     * Tells what is applied, pending, changed and unknown. Changes nothing.
     *
     * @throws MigrationFailure transient when the database cannot be reached
     */
    public SchemaStatus status() {
        return status(MigrationFiles.ofThisBuild());
    }

    /** As {@link #status()}, against other files than those of this build. */
    public SchemaStatus status(List<MigrationFile> files) {
        return onConnection(connection -> new SchemaReader(files).read(connection));
    }

    /**
     * Applies what is pending, each file in one transaction together with its rows in both ledgers. Afterwards every
     * file of this build is in both ledgers.
     *
     * @param progress is told in words what happens, one line a call
     * @throws MigrationFailure with a message for a person; transient when the database cannot be reached
     */
    public void migrate(Consumer<String> progress) {
        List<MigrationFile> files = MigrationFiles.ofThisBuild();
        if (check(files, status(files)).upToDate()) {
            progress.accept(
                    "the schema is up to date (" + files.get(files.size() - 1).name() + ")");
            return;
        }
        withLiquibase((liquibase, connection) -> {
            progress.accept("migrating " + address(connection));
            MigrationLock lock = new MigrationLock(connection);
            connection.setAutoCommit(true);
            lock.acquire(config.waitForLock(), progress);
            try {
                // another process may have done all of it while this one waited
                if (!check(files, new SchemaReader(files).read(connection)).upToDate()) {
                    prepare(connection);
                    connection.setAutoCommit(false);
                    new MigrationRun(liquibase, connection, files, config, dataSource, progress).run();
                }
            } finally {
                releaseQuietly(lock, connection);
            }
            return null;
        });
    }

    /**
     * As {@link #migrate}, and waits with growing pauses for a database that is not there yet or went away.
     *
     * @param patience how long to wait before giving up
     */
    public void migrateWhenReachable(Duration patience, Consumer<String> progress) {
        long end = System.nanoTime() + patience.toNanos();
        long nextReport = System.nanoTime();
        Duration pause = FIRST_PAUSE;
        while (true) {
            try {
                migrate(progress);
                return;
            } catch (MigrationFailure failure) {
                long now = System.nanoTime();
                if (!failure.isTransient() || now > end) {
                    throw failure;
                }
                if (now >= nextReport) {
                    progress.accept(failure.getMessage() + "; waiting for it");
                    nextReport = now + config.reportEvery().toNanos();
                }
            }
            Pause.of(pause);
            pause = growing(pause);
        }
    }

    static Duration growing(Duration pause) {
        Duration twice = pause.multipliedBy(2);
        return twice.compareTo(LONGEST_PAUSE) < 0 ? twice : LONGEST_PAUSE;
    }

    /** Returns the SQL that {@link #migrate} would run, the rows of both ledgers included. Changes nothing. */
    public String dryRun() {
        List<MigrationFile> files = MigrationFiles.ofThisBuild();
        if (check(files, status(files)).upToDate()) {
            return "";
        }
        return withLiquibase((liquibase, connection) -> {
            StringWriter sql = new StringWriter();
            ExecutorService executors = Scope.getCurrentScope().getSingleton(ExecutorService.class);
            Database database = liquibase.getDatabase();
            executors.setExecutor(
                    "jdbc", database, new LoggingExecutor(executors.getExecutor("jdbc", database), sql, database));
            try {
                new MigrationRun(liquibase, connection, files, config, dataSource, line -> {}).run();
            } finally {
                executors.clearExecutor("jdbc", database);
            }
            return sql.toString();
        });
    }

    /**
     * Takes the present content of an applied file as the right one, without running it.
     *
     * @throws MigrationFailure when there is no such file or it has not been applied
     */
    public void accept(String fileName) {
        MigrationFile file = MigrationFiles.ofThisBuild().stream()
                .filter(candidate -> candidate.name().equals(fileName))
                .findFirst()
                .orElseThrow(() -> MigrationFailure.permanent("no file " + fileName + " in this build"));
        onConnection(connection -> {
            try (PreparedStatement update = connection.prepareStatement(
                    "UPDATE databasechangelog SET comments = ?, md5sum = NULL WHERE filename LIKE '%/' || ?")) {
                update.setString(1, file.fingerprint());
                update.setString(2, file.name());
                if (update.executeUpdate() == 0) {
                    throw MigrationFailure.permanent(fileName + " has not been applied: run 'migrate'");
                }
            }
            return null;
        });
    }

    private static SchemaStatus check(List<MigrationFile> files, SchemaStatus status) {
        if (files.isEmpty()) {
            throw MigrationFailure.permanent("this build holds no migration files");
        }
        List<String> changed = status.names(State.CHANGED);
        if (!changed.isEmpty()) {
            throw MigrationFailure.permanent(String.join(", ", changed)
                    + " changed after it was applied. Put the old content back and write a new file for the change,"
                    + " or, if the database already has what the file says, accept it with: migrate --accept "
                    + changed.get(0));
        }
        List<String> pending = status.names(State.PENDING);
        files.stream().filter(file -> pending.contains(file.name())).forEach(Migrator::checkFile);
        return status;
    }

    private static void checkFile(MigrationFile file) {
        if (file.number().isEmpty()) {
            throw MigrationFailure.permanent(file.name() + ": a migration is called NNN_name.sql, with NNN a number");
        }
        try {
            if (file.statements().isEmpty()) {
                throw MigrationFailure.permanent(file.name() + ": the file holds no statement");
            }
        } catch (SqlSyntaxException e) {
            throw MigrationFailure.permanent(file.name() + ", line " + e.line() + ": " + e.getMessage());
        }
    }

    private void prepare(Connection connection) throws SQLException {
        Map<String, String> settings = Map.of(
                "application_name",
                "logikids-database migrate",
                "lock_timeout",
                config.lockTimeout().toMillis() + "ms",
                "statement_timeout",
                config.statementTimeout().toMillis() + "ms",
                "idle_in_transaction_session_timeout",
                "0",
                // so that the session of a killed process ends, and its lock with it, in the middle of a statement
                "client_connection_check_interval",
                "2s",
                // and that of a machine that vanished
                "tcp_keepalives_idle",
                "30",
                "tcp_keepalives_interval",
                "10",
                "tcp_keepalives_count",
                "3");
        // only those that this server knows
        try (PreparedStatement set =
                connection.prepareStatement("SELECT set_config(name, ?, false) FROM pg_settings WHERE name = ?")) {
            for (Map.Entry<String, String> setting : settings.entrySet()) {
                set.setString(1, setting.getValue());
                set.setString(2, setting.getKey());
                set.execute();
            }
        }
    }

    private static String address(Connection connection) throws SQLException {
        String url = connection.getMetaData().getURL();
        return url.substring("jdbc:".length()).replaceFirst("\\?.*", "");
    }

    private static void releaseQuietly(MigrationLock lock, Connection connection) {
        try {
            if (!connection.getAutoCommit()) {
                connection.rollback();
                connection.setAutoCommit(true);
            }
            lock.release();
        } catch (SQLException e) {
            // the session is gone, and the lock with it
        }
    }

    private interface OnConnection<T> {
        T apply(Connection connection) throws SQLException;
    }

    private interface OnLiquibase<T> {
        T apply(Liquibase liquibase, Connection connection) throws LiquibaseException, SQLException;
    }

    private <T> T onConnection(OnConnection<T> work) {
        try (Connection connection = dataSource.getConnection()) {
            return work.apply(connection);
        } catch (SQLException e) {
            throw failure(e);
        }
    }

    private <T> T withLiquibase(OnLiquibase<T> work) {
        try (Liquibase liquibase = liquibaseFactory.createLiquibase()) {
            JdbcConnection connection = (JdbcConnection) liquibase.getDatabase().getConnection();
            return work.apply(liquibase, connection.getUnderlyingConnection());
        } catch (MigrationFailure e) {
            throw e;
        } catch (Exception e) {
            throw failure(e);
        }
    }

    static MigrationFailure failure(Exception cause) {
        if (MigrationFailure.connectionLost(cause)) {
            return MigrationFailure.unreachable(cause);
        }
        String message = MigrationFailure.sqlException(cause)
                .map(e -> e.getMessage() + " (SQLSTATE " + e.getSQLState() + ")")
                .orElseGet(cause::toString);
        return MigrationFailure.permanent(message, cause);
    }
}
