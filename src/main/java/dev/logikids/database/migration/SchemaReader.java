package dev.logikids.database.migration;

import dev.logikids.database.migration.SchemaStatus.FileStatus;
import dev.logikids.database.migration.SchemaStatus.State;
import dev.logikids.database.migration.script.MigrationFile;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Reads the state of a database. Looks only into the schema that the search path leads to. */
final class SchemaReader {

    private SchemaReader() {}

    /**
     * Compares both ledgers with these files.
     *
     * @throws MigrationFailure as {@link TargetSchema#find}
     */
    static SchemaStatus read(Connection connection, List<MigrationFile> files) throws SQLException {
        TargetSchema schema = TargetSchema.find(connection);
        SchemaMigrations schemaMigrations = SchemaMigrations.read(connection, schema);
        ChangeLogTable changeLog = ChangeLogTable.read(connection, schema);
        Map<String, Optional<Instant>> appliedAt = schemaMigrations.appliedAt();
        Map<String, FileStatus> status = new TreeMap<>();
        appliedAt.forEach((name, at) -> status.put(name, new FileStatus(name, State.UNKNOWN, at.orElse(null))));
        for (MigrationFile file : files) {
            State state = state(file, appliedAt.containsKey(file.name()), changeLog);
            Instant at = appliedAt.getOrDefault(file.name(), Optional.empty()).orElse(null);
            status.put(file.name(), new FileStatus(file.name(), state, at));
        }
        List<String> oddities = new ArrayList<>(schemaMigrations.oddities());
        oddities.addAll(changeLog.oddities(files));
        oddities.addAll(almostFiles(appliedAt, files));
        List<String> otherSets = schema.wasChosen(connection) ? List.of() : schema.otherSets(connection);
        if (!otherSets.isEmpty()) {
            oddities.add("schema " + String.join(", ", otherSets) + " holds tables of this service too");
        }
        Distribution distribution = Distribution.of(connection, schema);
        if (distribution == Distribution.BEGUN) {
            oddities.add(
                    "the distribution of user_sync_data by Citus has begun and did not come to its end: run 'migrate' with"
                            + " logikids.migration.citus=true");
        }
        return new SchemaStatus(
                schema.name(),
                List.copyOf(status.values()),
                invalidIndexes(connection, schema),
                List.copyOf(oddities),
                schemaMigrations.obstacle().orElse(null),
                List.of(),
                "not asked for",
                MigrationLock.holder(connection).orElse(null),
                connection.getMetaData().getDatabaseProductVersion()
                        + (distribution == Distribution.DISTRIBUTED ? ", user_sync_data distributed by Citus" : ""));
    }

    /** As {@link #read}, and compares the schema with what the applied files of these make. */
    static SchemaStatus readAndCompare(Connection connection, List<MigrationFile> files) throws SQLException {
        SchemaStatus status = read(connection, files);
        ExpectedSchema expected = expected(connection, files, status);
        if (expected.catalogue().isEmpty()) {
            return status.compared(List.of(), expected.obstacle());
        }
        boolean newer = !status.names(State.UNKNOWN).isEmpty();
        try {
            SchemaCatalogue live = live(connection, status.schema());
            return status.compared(expected.catalogue().get().driftOf(live, newer), null);
        } catch (SQLException e) {
            // for example an object that was dropped while its definition was read
            return status.compared(List.of(), "the catalogue could not be read: SQLSTATE " + e.getSQLState());
        }
    }

    private static SchemaCatalogue live(Connection connection, String schema) throws SQLException {
        connection.setAutoCommit(false);
        try {
            return SchemaCatalogue.of(connection, schema);
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }

    /** Finds out what the applied files of these make. */
    static ExpectedSchema expected(Connection connection, List<MigrationFile> files) throws SQLException {
        return expected(connection, files, read(connection, files));
    }

    private static ExpectedSchema expected(Connection connection, List<MigrationFile> files, SchemaStatus status) {
        List<String> pending = status.names(State.PENDING);
        List<MigrationFile> applied =
                files.stream().filter(file -> !pending.contains(file.name())).toList();
        if (applied.isEmpty()) {
            return new ExpectedSchema(status.schema(), Optional.empty(), "no file of this build has been applied");
        }
        return TrialSchema.run(connection, applied, status.schema());
    }

    private static State state(MigrationFile file, boolean inSchemaMigrations, ChangeLogTable changeLog) {
        boolean inChangeLog = !changeLog.applied(file).isEmpty();
        if (!inSchemaMigrations && !inChangeLog) {
            return State.PENDING;
        }
        if (changeLog.contradicts(file)) {
            return State.CHANGED;
        }
        return inSchemaMigrations && inChangeLog ? State.APPLIED : State.ADOPTABLE;
    }

    /** A name with a path, without its ending or in capitals is not that of the file, for the legacy service neither. */
    private static List<String> almostFiles(Map<String, Optional<Instant>> rows, List<MigrationFile> files) {
        List<String> almost = new ArrayList<>();
        for (String row : rows.keySet()) {
            String name = row.strip().toLowerCase(Locale.ROOT);
            String base = name.substring(name.lastIndexOf('/') + 1);
            files.stream()
                    .map(MigrationFile::name)
                    .filter(file -> !row.equals(file) && (base.equals(file) || (base + ".sql").equals(file)))
                    .forEach(file -> almost.add("the row '" + row + "' of schema_migrations does not count for " + file
                            + ": the name differs"));
        }
        return almost;
    }

    private static List<String> invalidIndexes(Connection connection, TargetSchema schema) throws SQLException {
        List<String> names = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement("""
                SELECT c.relname FROM pg_index i
                JOIN pg_class c ON c.oid = i.indexrelid
                JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE NOT i.indisvalid AND n.nspname = ? ORDER BY c.relname
                """)) {
            query.setString(1, schema.name());
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    names.add(row.getString(1));
                }
            }
        }
        return names;
    }
}
