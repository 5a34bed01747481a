package dev.logikids.database.migration;

import dev.logikids.database.migration.script.MigrationFile;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import liquibase.ChecksumVersion;
import liquibase.change.CheckSum;
import liquibase.change.core.RawSQLChange;
import liquibase.changelog.ChangeSet;
import liquibase.changelog.DatabaseChangeLog;
import liquibase.database.ObjectQuotingStrategy;

/**
 * The rows of this service in Liquibase's ledger, which other applications may use too. A row is ours by its full identity,
 * compared as Liquibase does it: path, id and author.
 *
 * @param rows in the order in which they were executed
 */
record ChangeLogTable(List<Row> rows) {

    static final String TABLE = "databasechangelog";

    // the identity that Liquibase's includeAll gives a plain SQL file
    private static final String ID = "raw";
    private static final String AUTHOR = "includeAll";

    /** The rows of one path that {@link #applied} would return, for a single look. */
    static final String WHERE_APPLIED = """
             WHERE lower(regexp_replace(replace(filename, '\\', '/'), '^(classpath:)?[./]*', '')) = lower(?)
               AND lower(id) = 'raw' AND lower(author) = 'includeall' AND exectype IN ('EXECUTED', 'RERAN', 'MARK_RAN')
            """;

    private static final Set<String> APPLIED = Set.of("EXECUTED", "RERAN", "MARK_RAN");

    /** A row as recorded; texts are empty where it has NULL. */
    record Row(String id, String author, String path, String execType, String checkSum, String comments) {

        boolean isOfThisService() {
            return id.equalsIgnoreCase(ID)
                    && author.equalsIgnoreCase(AUTHOR)
                    && normalPath().startsWith(MigrationFiles.FOLDER.toLowerCase(Locale.ROOT) + "/");
        }

        boolean isOf(MigrationFile file) {
            return isOfThisService() && normalPath().equalsIgnoreCase(MigrationFiles.FOLDER + "/" + file.name());
        }

        boolean isApplied() {
            // a ledger without this column is older than the other values
            return execType.isEmpty() || APPLIED.contains(execType);
        }

        private String normalPath() {
            return DatabaseChangeLog.normalizePath(path).toLowerCase(Locale.ROOT);
        }
    }

    /** Reads the table of that schema; a database without it has no rows. */
    static ChangeLogTable read(Connection connection, TargetSchema schema) throws SQLException {
        List<Row> rows = new ArrayList<>();
        if (exists(connection, schema)) {
            // by way of JSON: older releases of Liquibase have not all columns
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("""
                            SELECT coalesce(row->>'id', ''), coalesce(row->>'author', ''), coalesce(row->>'filename', ''),
                              upper(coalesce(row->>'exectype', '')), coalesce(row->>'md5sum', ''),
                              coalesce(row->>'comments', '')
                            FROM (SELECT to_jsonb(ledger) AS row FROM %s AS ledger) AS rows
                            ORDER BY length(row->>'orderexecuted'), row->>'orderexecuted'
                            """.formatted(schema.qualify(TABLE)))) {
                while (row.next()) {
                    rows.add(new Row(
                            row.getString(1),
                            row.getString(2),
                            row.getString(3),
                            row.getString(4),
                            row.getString(5),
                            row.getString(6)));
                }
            }
        }
        return new ChangeLogTable(rows.stream().filter(Row::isOfThisService).toList());
    }

    boolean holdsRowsOfThisService() {
        return !rows.isEmpty();
    }

    /** Returns the rows that say that the file was applied. */
    List<Row> applied(MigrationFile file) {
        return rows.stream().filter(row -> row.isOf(file) && row.isApplied()).toList();
    }

    /**
     * Whether the last row of the file says that it had another content: by our fingerprint, or by Liquibase's checksum
     * where Liquibase wrote the row.
     */
    boolean contradicts(MigrationFile file) {
        List<Row> applied = applied(file);
        if (applied.isEmpty()) {
            return false;
        }
        Row last = applied.get(applied.size() - 1);
        if (last.comments().startsWith("sha256:")) {
            return !last.comments().equals(file.fingerprint());
        }
        return checkSum(file, last.checkSum())
                .filter(now -> !now.equals(last.checkSum()))
                .isPresent();
    }

    /** Says what is unusual and does no harm, for people. */
    List<String> oddities(List<MigrationFile> files) {
        List<String> oddities = new ArrayList<>();
        Set<String> not = rows.stream()
                .filter(row -> !row.isApplied())
                .map(row -> row.path() + " (" + row.execType() + ")")
                .collect(Collectors.toCollection(TreeSet::new));
        if (!not.isEmpty()) {
            oddities.add("rows of databasechangelog that do not count: " + String.join(", ", not));
        }
        Set<String> several = new TreeSet<>();
        Set<String> unchecked = new TreeSet<>();
        for (MigrationFile file : files) {
            List<Row> applied = applied(file);
            if (applied.size() > 1) {
                several.add(file.name());
            }
            if (!applied.isEmpty()
                    && !applied.get(applied.size() - 1).comments().startsWith("sha256:")
                    && checkSum(file, applied.get(applied.size() - 1).checkSum())
                            .isEmpty()) {
                unchecked.add(file.name());
            }
        }
        if (!several.isEmpty()) {
            oddities.add("databasechangelog holds several rows of " + String.join(", ", several));
        }
        if (!unchecked.isEmpty()) {
            oddities.add("databasechangelog holds no checksum to compare these with: " + String.join(", ", unchecked));
        }
        return oddities;
    }

    /**
     * Records the fingerprint of the file in its rows; an empty checksum lets Liquibase record its own again.
     *
     * @return how many rows there were
     */
    int accept(Connection connection, TargetSchema schema, MigrationFile file) throws SQLException {
        int accepted = 0;
        try (PreparedStatement update = connection.prepareStatement("UPDATE " + schema.qualify(TABLE)
                + " SET comments = ?, md5sum = NULL WHERE id = ? AND author = ? AND filename = ?")) {
            for (Row row : applied(file)) {
                update.setString(1, file.fingerprint());
                update.setString(2, row.id());
                update.setString(3, row.author());
                update.setString(4, row.path());
                accepted += update.executeUpdate();
            }
        }
        return accepted;
    }

    /** What Liquibase would record for the file now, in the version of that checksum; empty when there is none to compare. */
    private static Optional<String> checkSum(MigrationFile file, String recorded) {
        Optional<ChecksumVersion> version = Optional.ofNullable(
                Map.of("8", ChecksumVersion.V8, "9", ChecksumVersion.V9).get(recorded.split(":", 2)[0]));
        return version.map(wanted -> changeSet(file).generateCheckSum(wanted)).map(CheckSum::toString);
    }

    /** The file as Liquibase's includeAll reads it. */
    private static ChangeSet changeSet(MigrationFile file) {
        RawSQLChange change = new RawSQLChange(file.sql());
        change.setSplitStatements(false);
        change.setStripComments(false);
        String path = MigrationFiles.FOLDER + "/" + file.name();
        DatabaseChangeLog changeLog = new DatabaseChangeLog(path);
        ChangeSet changeSet = new ChangeSet(
                ID, AUTHOR, false, false, path, null, null, true, ObjectQuotingStrategy.LEGACY, changeLog);
        changeSet.addChange(change);
        return changeSet;
    }

    private static boolean exists(Connection connection, TargetSchema schema) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(
                "SELECT 1 FROM pg_class c WHERE c.oid = to_regclass(?) AND c.relkind IN ('r', 'p')")) {
            query.setString(1, schema.qualify(TABLE));
            try (ResultSet row = query.executeQuery()) {
                return row.next();
            }
        }
    }
}
