package dev.logikids.database.migration;

import dev.logikids.database.migration.script.MigrationFile;
import io.quarkus.liquibase.LiquibaseDataSource;
import io.quarkus.liquibase.LiquibaseFactory;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.StringWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
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
 * Every method may be repeated, and may be killed at any moment without leaving a lock or half a file behind.
 */
@ApplicationScoped
public class Migrator {

    private final LiquibaseFactory liquibaseFactory;
    private final DataSource dataSource;
    private final MigrationConfig config;
    private final Duration reportEvery;

    @Inject
    Migrator(
            @LiquibaseDataSource("migration") LiquibaseFactory liquibaseFactory,
            @io.quarkus.agroal.DataSource("migration") DataSource dataSource,
            MigrationConfig config) {
        this(liquibaseFactory, dataSource, config, RunningWatch.INTERVAL);
    }

    Migrator(LiquibaseFactory liquibaseFactory, DataSource dataSource, MigrationConfig config, Duration reportEvery) {
        this.liquibaseFactory = liquibaseFactory;
        this.dataSource = dataSource;
        this.config = config;
        this.reportEvery = reportEvery;
    }

    /**
     * Applies what is pending, each file in one transaction together with its rows in both ledgers. Afterwards every
     * file of this build is in both ledgers.
     *
     * @param progress receives what happens, one line per call
     * @throws MigrationFailure with a message for a person; transient when the database cannot be reached
     */
    public void migrate(Consumer<String> progress) {
        List<MigrationFile> files = MigrationFiles.ofThisBuild();
        if (MigrationPlan.of(files, status(files)).isEmpty()) {
            progress.accept(
                    "the schema is up to date (" + files.get(files.size() - 1).name() + ")");
            return;
        }
        with(liquibaseFactory::createLiquibase, liquibase -> {
            Connection connection = connectionOf(liquibase);
            progress.accept("migrating " + address(connection));
            connection.setAutoCommit(true);
            try (MigrationLock lock = MigrationLock.acquire(connection, config.waitForLock(), progress)) {
                TargetSchema schema = TargetSchema.find(connection);
                liquibase.getDatabase().setDefaultSchemaName(schema.name());
                schema.pin(connection);
                // read the ledgers again under the lock: another process may have migrated while this one waited
                MigrationPlan plan = MigrationPlan.of(files, SchemaReader.read(connection, files));
                if (!plan.isEmpty()) {
                    SessionSettings.apply(connection, config);
                    connection.setAutoCommit(false);
                    new MigrationRun(
                                    liquibase,
                                    config,
                                    progress,
                                    file -> RunningWatch.start(
                                            file.name(), reportEvery, connection, dataSource, progress))
                            .run(plan);
                }
            }
            return null;
        });
    }

    /**
     * As {@link #migrate}, and waits with growing pauses for a database that cannot be reached yet or went away.
     *
     * @param patience after how long no further attempt begins
     * @param progress receives what happens, one line per call
     * @throws MigrationFailure as {@link #migrate}
     */
    public void migrateWhenReachable(Duration patience, Consumer<String> progress) {
        long end = System.nanoTime() + patience.toNanos();
        long nextReport = System.nanoTime();
        Backoff backoff = Backoff.exponential();
        while (true) {
            try {
                migrate(progress);
                return;
            } catch (MigrationFailure failure) {
                long now = System.nanoTime();
                if (!failure.isTransient()) {
                    throw failure;
                }
                if (now > end) {
                    throw failure.gaveUpAfter(patience);
                }
                if (now >= nextReport) {
                    progress.accept(failure.getMessage() + "; waiting for it");
                    nextReport = now + reportEvery.toNanos();
                }
            }
            backoff.pause();
        }
    }

    /** Returns the SQL that {@link #migrate} would run, the rows of both ledgers included. Changes nothing. */
    public String dryRun() {
        List<MigrationFile> files = MigrationFiles.ofThisBuild();
        MigrationPlan plan = MigrationPlan.of(files, status(files));
        if (plan.isEmpty()) {
            return "";
        }
        return with(liquibaseFactory::createLiquibase, liquibase -> {
            StringWriter sql = new StringWriter();
            ExecutorService executors = Scope.getCurrentScope().getSingleton(ExecutorService.class);
            Database database = liquibase.getDatabase();
            executors.setExecutor(
                    "jdbc", database, new LoggingExecutor(executors.getExecutor("jdbc", database), sql, database));
            try {
                new MigrationRun(liquibase, config, line -> {}, file -> () -> {}).run(plan);
            } finally {
                executors.clearExecutor("jdbc", database);
            }
            return sql.toString();
        });
    }

    /**
     * Reads what is applied, pending, changed and unknown, and compares the schema with what the applied files make. Changes
     * nothing.
     *
     * @throws MigrationFailure transient when the database cannot be reached
     */
    public SchemaStatus status() {
        List<MigrationFile> files = MigrationFiles.ofThisBuild();
        return with(dataSource::getConnection, connection -> SchemaReader.readAndCompare(connection, files));
    }

    /**
     * Finds out what the applied files of this build make, to compare a schema with. Changes nothing.
     *
     * @param schema the one that holds both ledgers, whatever the search path is by now
     * @throws MigrationFailure as {@link #status()}
     */
    public ExpectedSchema expectedSchema(String schema) {
        List<MigrationFile> files = MigrationFiles.ofThisBuild();
        return with(dataSource::getConnection, connection -> {
            new TargetSchema(schema).pin(connection);
            return SchemaReader.expected(connection, files);
        });
    }

    /**
     * Returns the schema that holds the tables and both ledgers, or will.
     *
     * @throws MigrationFailure as {@link #status()}
     */
    public String targetSchema() {
        return with(dataSource::getConnection, TargetSchema::find).name();
    }

    /** As {@link #status()}, for other files than those of this build and without a comparison of the schema. */
    public SchemaStatus status(List<MigrationFile> files) {
        return with(dataSource::getConnection, connection -> SchemaReader.read(connection, files));
    }

    /**
     * Records the present content of an applied file as the right one, without running it.
     *
     * @throws MigrationFailure when there is no such file or it has not been applied
     */
    public void accept(String fileName) {
        MigrationFile file = MigrationFiles.ofThisBuild().stream()
                .filter(candidate -> candidate.name().equals(fileName))
                .findFirst()
                .orElseThrow(() -> MigrationFailure.permanent("no file " + fileName + " in this build"));
        int rows = with(dataSource::getConnection, connection -> {
            TargetSchema schema = TargetSchema.find(connection);
            return ChangeLogTable.read(connection, schema).accept(connection, schema, file);
        });
        if (rows == 0) {
            throw MigrationFailure.permanent(fileName + " has not been applied: run 'migrate'");
        }
    }

    private static String address(Connection connection) throws SQLException {
        String url = connection.getMetaData().getURL();
        return url.substring("jdbc:".length()).replaceFirst("\\?.*", "");
    }

    private static Connection connectionOf(Liquibase liquibase) {
        return ((JdbcConnection) liquibase.getDatabase().getConnection()).getUnderlyingConnection();
    }

    private interface Work<R, T> {
        T apply(R resource) throws LiquibaseException, SQLException;
    }

    private static <R extends AutoCloseable, T> T with(Callable<R> open, Work<R, T> work) {
        try (R resource = open.call()) {
            return work.apply(resource);
        } catch (MigrationFailure e) {
            throw e;
        } catch (Exception e) {
            throw MigrationFailure.of(e);
        }
    }
}
