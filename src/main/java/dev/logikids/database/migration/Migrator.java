package dev.logikids.database.migration;

import dev.logikids.database.migration.script.MigrationFile;
import io.quarkus.liquibase.LiquibaseDataSource;
import io.quarkus.liquibase.LiquibaseFactory;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.StringWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
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

    /** How often a file may lose its session at one place: more is no outage, but a statement that ends the server. */
    private static final int MOST_LOSSES = 3;

    private static final MigrationProgress NOTHING_TOLD = line -> {};

    private final LiquibaseFactory liquibaseFactory;
    private final DataSource dataSource;
    private final MigrationConfig config;
    private final Stopwatch lockWait = new Stopwatch();
    private final Stopwatch migrating = new Stopwatch();
    private final Map<String, Duration> durations = new ConcurrentHashMap<>();

    @Inject
    Migrator(
            @LiquibaseDataSource("migration") LiquibaseFactory liquibaseFactory,
            @io.quarkus.agroal.DataSource("migration") DataSource dataSource,
            MigrationConfig config) {
        this.liquibaseFactory = liquibaseFactory;
        this.dataSource = dataSource;
        this.config = config;
    }

    /**
     * Applies what is pending, each file in one transaction together with its rows in both ledgers. Afterwards every
     * file of this build is in both ledgers. Then distributes the data over the workers of Citus, if that is wanted.
     *
     * @param progress is told what happens
     * @throws MigrationFailure with a message for a person; transient when the database cannot be reached
     */
    public void migrate(MigrationProgress progress) {
        List<MigrationFile> files = MigrationFiles.ofThisBuild();
        if (!files.isEmpty() && status(files).upToDate() && !hasToDistribute(progress)) {
            progress.happened(
                    "the schema is up to date (" + files.get(files.size() - 1).name() + ")");
            return;
        }
        withLiquibase(liquibase -> {
            Connection connection = connectionOf(liquibase);
            prepare(connection);
            progress.happened("migrating " + address(connection));
            lockWait.start();
            try (MigrationLock lock =
                    MigrationLock.acquire(MigrationLock.Scope.RUN, connection, config.waitForLock(), progress)) {
                // a file of a run that has lost its lock goes on until its session ends
                MigrationLock.acquire(MigrationLock.Scope.FILE, connection, config.waitForLock(), progress)
                        .close();
                lockWait.stop();
                migrating.start();
                // read the ledgers again under the lock: another process may have migrated while this one waited
                TargetSchema schema = pin(connection);
                MigrationPlan plan = MigrationPlan.of(files, SchemaReader.read(connection, files));
                Ledgers ledgers = Ledgers.open(liquibase, schema);
                MigrationRun run = new MigrationRun(lock, ledgers, schema, dataSource, config, progress, durations);
                run.run(plan);
                if (hasToDistribute(connection, schema, progress)) {
                    run.distribute(Distribution.file());
                }
            } finally {
                lockWait.stop();
                migrating.stop();
            }
            return null;
        });
    }

    private boolean hasToDistribute(MigrationProgress progress) {
        return config.citus()
                && withLedgers(connection -> hasToDistribute(connection, TargetSchema.find(connection), progress));
    }

    /** Whether the operator wants the data distributed, and it is not to the end; says so where it cannot be. */
    private boolean hasToDistribute(Connection connection, TargetSchema schema, MigrationProgress progress)
            throws SQLException {
        if (!config.citus()) {
            return false;
        }
        Distribution distribution = Distribution.of(connection, schema);
        if (distribution == Distribution.NO_CITUS) {
            progress.happened("logikids.migration.citus is true, but this database has no extension citus: nothing is"
                    + " distributed");
        }
        return distribution.isPending();
    }

    /**
     * As {@link #migrate}, and waits with growing pauses for a database that cannot be reached yet or went away.
     *
     * @param patience after how long no further attempt begins
     * @param progress is told what happens
     * @throws MigrationFailure as {@link #migrate}
     */
    public void migrateWhenReachable(Duration patience, MigrationProgress progress) {
        long end = System.nanoTime() + patience.toNanos();
        long nextReport = System.nanoTime();
        Backoff backoff = Backoff.exponential();
        Map<String, Integer> losses = new HashMap<>();
        while (true) {
            try {
                migrate(progress);
                return;
            } catch (MigrationFailure failure) {
                long now = System.nanoTime();
                if (!failure.isTransient()) {
                    throw failure;
                }
                if (!failure.place().isEmpty() && losses.merge(failure.place(), 1, Integer::sum) == MOST_LOSSES) {
                    throw failure.gaveUpAfter(MOST_LOSSES);
                }
                if (now > end) {
                    throw failure.gaveUpAfter(patience);
                }
                if (now >= nextReport) {
                    progress.happened(failure.getMessage() + "; waiting for it");
                    nextReport = now + MigrationProgress.INTERVAL.toNanos();
                }
            }
            backoff.pause();
        }
    }

    /** Returns how long {@link #migrate} took last with the lock in its hand, so far while it runs; 0 if it had nothing to do. */
    public Duration duration() {
        return migrating.time();
    }

    /** Returns how long that file ran, as far as it was applied by this process: the ledgers keep no durations. */
    public Optional<Duration> duration(String file) {
        return Optional.ofNullable(durations.get(file));
    }

    /** Returns how long {@link #migrate} waited last for the lock, so far while it waits. */
    public Duration lockWait() {
        return lockWait.time();
    }

    /** Returns the SQL that {@link #migrate} would run, the rows of both ledgers included. Changes nothing. */
    public String dryRun() {
        List<MigrationFile> files = MigrationFiles.ofThisBuild();
        MigrationPlan plan = MigrationPlan.of(files, status(files));
        if (plan.isEmpty()) {
            return hasToDistribute(NOTHING_TOLD) ? distribution() : "";
        }
        return withLiquibase(liquibase -> {
            Connection connection = connectionOf(liquibase);
            connection.setAutoCommit(true);
            TargetSchema schema = pin(connection);
            StringWriter table = new StringWriter();
            ExecutorService executors = Scope.getCurrentScope().getSingleton(ExecutorService.class);
            Database database = liquibase.getDatabase();
            executors.setExecutor(
                    "jdbc", database, new LoggingExecutor(executors.getExecutor("jdbc", database), table, database));
            try {
                Ledgers ledgers = Ledgers.open(liquibase, schema);
                DryRun run = new DryRun();
                for (String name : MigrationRun.filesToDo(plan)) {
                    MigrationFile file = plan.files().get(name);
                    boolean adopted = plan.adoptable().contains(name);
                    List<String> inserts = adopted
                            ? ledgers.adoptionOf(file, ledgers.changeLogHas(connection, file))
                            : ledgers.insertsOf(file);
                    run.add(file, adopted, inserts, schema, config);
                }
                return table
                        + run.toString()
                        + (hasToDistribute(connection, schema, NOTHING_TOLD) ? distribution() : "");
            } finally {
                executors.clearExecutor("jdbc", database);
            }
        });
    }

    /** The statements that distribute, as they are: each is safe to repeat. */
    private static String distribution() {
        return "\n-- " + Distribution.FILE + ", in a new session\n"
                + Distribution.file().sql();
    }

    /**
     * Reads what is applied, pending, changed and unknown, and compares the schema with what the applied files make. Changes
     * nothing.
     *
     * @throws MigrationFailure transient when the database cannot be reached
     */
    public SchemaStatus status() {
        List<MigrationFile> files = MigrationFiles.ofThisBuild();
        return withLedgers(connection -> SchemaReader.readAndCompare(connection, files));
    }

    /**
     * Finds out what the applied files of this build make, to compare a schema with. Changes nothing.
     *
     * @param schema the one that holds both ledgers, whatever the search path is by now
     * @throws MigrationFailure as {@link #status()}
     */
    public ExpectedSchema expectedSchema(String schema) {
        List<MigrationFile> files = MigrationFiles.ofThisBuild();
        return withLedgers(connection -> {
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
        return withLedgers(TargetSchema::find).name();
    }

    /** As {@link #status()}, for other files than those of this build and without a comparison of the schema. */
    public SchemaStatus status(List<MigrationFile> files) {
        return withLedgers(connection -> SchemaReader.read(connection, files));
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
        int rows = withLedgers(connection -> {
            TargetSchema schema = TargetSchema.find(connection);
            return ChangeLogTable.read(connection, schema).accept(connection, schema, file);
        });
        if (rows == 0) {
            throw MigrationFailure.permanent(fileName + " has not been applied: run 'migrate'");
        }
    }

    /** Makes the session of the lock one that lives through the run; without writes there is nothing to lock for. */
    private void prepare(Connection connection) throws SQLException {
        connection.setAutoCommit(true);
        MigrationSession.requireWrites(connection);
        try (Statement statement = connection.createStatement()) {
            statement.execute(SessionSettings.sql(config));
        }
    }

    /** Finds the schema of the ledgers and lets this session look there first, and at all rows. */
    private static TargetSchema pin(Connection connection) throws SQLException {
        seeWholeLedgers(connection);
        TargetSchema schema = TargetSchema.find(connection);
        schema.pin(connection);
        return schema;
    }

    private static void seeWholeLedgers(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(SessionSettings.WHOLE_LEDGERS);
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

    private <T> T withLedgers(Work<Connection, T> work) {
        return with(dataSource::getConnection, Function.identity(), connection -> {
            seeWholeLedgers(connection);
            return work.apply(connection);
        });
    }

    private <T> T withLiquibase(Work<Liquibase, T> work) {
        return with(liquibaseFactory::createLiquibase, Migrator::connectionOf, work);
    }

    private static <R extends AutoCloseable, T> T with(
            Callable<R> open, Function<R, Connection> connectionOf, Work<R, T> work) {
        try (R resource = open.call()) {
            String role = connectionOf.apply(resource).getMetaData().getUserName();
            try {
                return work.apply(resource);
            } catch (LiquibaseException | SQLException e) {
                throw MigrationFailure.of(e, role);
            }
        } catch (MigrationFailure e) {
            throw e;
        } catch (Exception e) {
            throw MigrationFailure.of(e);
        }
    }
}
