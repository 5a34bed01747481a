package dev.logikids.database.migration;

import dev.logikids.database.testsupport.TcpProxy;
import dev.logikids.database.testsupport.TestPostgreSql;
import io.quarkus.liquibase.LiquibaseFactory;
import io.quarkus.liquibase.runtime.LiquibaseConfig;
import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import liquibase.Contexts;
import liquibase.Liquibase;
import liquibase.exception.LiquibaseException;
import org.eclipse.microprofile.config.spi.Converter;
import org.postgresql.ds.PGSimpleDataSource;

/** A migrator on a database of its own, with the files of this build and further ones that a test writes. */
final class MigrationFixture implements AutoCloseable {

    /** The resource of the classes that migrate: they run beside the tests of the service, one after the other. */
    static final String ONE_AT_A_TIME = "migrations";

    final String databaseUrl;
    final List<String> progress = new CopyOnWriteArrayList<>();
    private final ClassLoader before = Thread.currentThread().getContextClassLoader();
    private final Map<String, String> settings = new HashMap<>();
    private Duration reportEvery = MigrationProgress.INTERVAL;
    private Path classes;
    private String user = "logikids";
    private String options = "";
    private String hosts;

    MigrationFixture() {
        this(TestPostgreSql.server().createDatabase());
    }

    MigrationFixture(String databaseUrl) {
        this.databaseUrl = databaseUrl;
        settings.put("logikids.migration.citus", String.valueOf(TestPostgreSql.onCitus()));
        this.hosts = URI.create(databaseUrl).getAuthority().replaceFirst(".*@", "");
    }

    /** Sets a {@code logikids.migration.*} value. */
    MigrationFixture with(String key, String value) {
        settings.put("logikids.migration." + key, value);
        return this;
    }

    /** Lets the migrator, and nothing else, act as that role. */
    void as(String role) {
        user = role;
    }

    /** Lets the migrator, and nothing else, take the first of these ways that leads to the database. */
    void through(TcpProxy... network) {
        hosts = Stream.of(network)
                .map(proxy -> URI.create(proxy.databaseUrl()).getAuthority().replaceFirst(".*@", ""))
                .collect(Collectors.joining(","));
    }

    /** Sets the parameter {@code options} of the connection string, such as {@code -csearch_path=app}. */
    MigrationFixture connectingWith(String text) {
        options = "&options=" + URLEncoder.encode(text, StandardCharsets.UTF_8);
        return this;
    }

    /** Sets the search path of every later connection to the database. */
    void searchPath(String path) throws SQLException {
        execute("DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = " + path.replace("'", "''")
                + "', current_database()); END $$");
    }

    /** Sets how often a file that is running is reported. */
    void reportEvery(Duration interval) {
        reportEvery = interval;
    }

    /** Adds or replaces a file beside those of this build, as a class path entry of the running thread. */
    void write(String name, String sql) {
        write(name, sql.getBytes(StandardCharsets.UTF_8));
    }

    /** As {@link #write(String, String)}, byte for byte. */
    void write(String name, byte[] content) {
        try {
            if (classes == null) {
                classes = Files.createTempDirectory("migrations");
            }
            Path file = classes.resolve(MigrationFiles.FOLDER).resolve(name);
            Files.createDirectories(file.getParent());
            Files.write(file, content);
            URL[] path = {classes.toUri().toURL()};
            Thread.currentThread().setContextClassLoader(new URLClassLoader(path, before));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Migrator migrator() {
        MigrationConfig config = new SmallRyeConfigBuilder()
                .withConverters(new Converter[] {new DurationConverter()})
                .withMapping(MigrationConfig.class)
                .withSources(new PropertiesConfigSource(settings, "test", 500))
                .build()
                .getConfigMapping(MigrationConfig.class);
        return new Migrator(liquibase(), dataSource(), config);
    }

    LiquibaseFactory liquibase() {
        LiquibaseConfig liquibase = new LiquibaseConfig();
        liquibase.changeLog = "db/changelog/db.changelog-master.yaml";
        liquibase.searchPath = Optional.empty();
        liquibase.changeLogParameters = Map.of();
        liquibase.databaseChangeLogTableName = "DATABASECHANGELOG";
        liquibase.databaseChangeLogLockTableName = "DATABASECHANGELOGLOCK";
        liquibase.defaultCatalogName = Optional.empty();
        liquibase.defaultSchemaName = Optional.empty();
        liquibase.liquibaseCatalogName = Optional.empty();
        liquibase.liquibaseSchemaName = Optional.empty();
        liquibase.liquibaseTablespaceName = Optional.empty();
        liquibase.username = Optional.empty();
        liquibase.password = Optional.empty();
        liquibase.allowDuplicatedChangesetIdentifiers = Optional.empty();
        return new LiquibaseFactory(liquibase, dataSource(), "migration");
    }

    /** Runs Liquibase's own update. */
    void liquibaseUpdate() throws LiquibaseException {
        // it would report to its maker, and keep the JVM from its end meanwhile
        System.setProperty("liquibase.analytics.enabled", "false");
        try (Liquibase liquibase = liquibase().createLiquibase()) {
            liquibase.update(new Contexts());
        }
    }

    private PGSimpleDataSource dataSource() {
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        // as package datasource makes it, with shorter times
        dataSource.setUrl("jdbc:postgresql://" + hosts + URI.create(databaseUrl).getPath()
                + "?connectTimeout=1&socketTimeout=1&preferQueryMode=simple"
                + (hosts.contains(",") ? "&targetServerType=primary&hostRecheckSeconds=3" : "") + options);
        dataSource.setUser(user);
        dataSource.setPassword("development");
        return dataSource;
    }

    void migrate() {
        migrator().migrate(told());
    }

    /** Collects {@link #progress}. */
    MigrationProgress told() {
        return new MigrationProgress() {
            @Override
            public void happened(String line) {
                progress.add(line);
            }

            @Override
            public void warned(String line) {
                progress.add("warned: " + line);
            }

            @Override
            public Duration interval() {
                return reportEvery;
            }
        };
    }

    Connection connect() throws SQLException {
        return TestPostgreSql.connectTo(databaseUrl);
    }

    void execute(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Returns the first column of every row. */
    List<String> query(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            List<String> values = new ArrayList<>();
            while (row.next()) {
                values.add(row.getString(1));
            }
            return values;
        }
    }

    List<String> schemaMigrations() throws SQLException {
        return query("SELECT migration_name FROM schema_migrations ORDER BY migration_name");
    }

    List<String> changeLog() throws SQLException {
        return query("SELECT substring(filename from '[^/]+$') FROM databasechangelog ORDER BY orderexecuted");
    }

    static List<String> namesOfThisBuild() {
        return MigrationFiles.namesOfThisBuild();
    }

    /** Everything that {@code pg_dump --schema-only} would say of the service's tables, one line an object. */
    List<String> schema() throws SQLException {
        return query("""
                SELECT line FROM (
                  SELECT format('%s.%s %s %s null=%s default=%s comment=%s', c.relname, lpad(a.attnum::text, 2, '0'), a.attname,
                      format_type(a.atttypid, a.atttypmod), NOT a.attnotnull, pg_get_expr(d.adbin, d.adrelid),
                      col_description(c.oid, a.attnum)) AS line
                  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
                  LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
                  WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r'
                    AND c.relname NOT LIKE 'databasechangelog%'
                  UNION ALL
                  SELECT format('%s constraint %s %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
                  FROM pg_constraint WHERE connamespace = current_schema()::regnamespace AND contype <> 'n'
                    AND conrelid::regclass::text NOT LIKE 'databasechangelog%'
                  UNION ALL
                  SELECT indexdef FROM pg_indexes WHERE schemaname = current_schema()
                    AND tablename NOT LIKE 'databasechangelog%'
                  UNION ALL
                  SELECT format('sequence %s %s %s %s %s', sequencename, data_type, start_value, increment_by, cache_size)
                  FROM pg_sequences WHERE schemaname = current_schema()
                  UNION ALL
                  SELECT format('table %s comment=%s', relname, obj_description(oid, 'pg_class')) FROM pg_class
                  WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'v', 'm', 'f')
                    AND relname NOT LIKE 'databasechangelog%'
                ) lines ORDER BY line
                """);
    }

    @Override
    public void close() {
        Thread.currentThread().setContextClassLoader(before);
    }
}
