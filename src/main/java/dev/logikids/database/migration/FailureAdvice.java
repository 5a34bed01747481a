package dev.logikids.database.migration;

import dev.logikids.database.migration.script.MigrationFile;
import dev.logikids.database.migration.script.SqlStatement;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What to do about an error of PostgreSQL: the end of the message of a failure, from "; " or ". " on. */
final class FailureAdvice {

    private static final String FIX = "; fix the file and run again.";

    // the messages of aclcheck_error in PostgreSQL's src/backend/catalog/aclchk.c; a localized server gives the general
    // advice
    private static final Pattern DENIED = Pattern.compile("permission denied for ([a-z ]+?) \"?([^\"]+)\"?");
    private static final Pattern NOT_OWNER = Pattern.compile("must be owner of ([a-z ]+?) \"?([^\"]+)\"?");
    private static final Pattern EXTENSION = Pattern.compile("permission denied to create extension \"(.+)\"");

    private FailureAdvice() {}

    /** For a statement of a file. */
    static String inFile(MigrationFile file, SqlStatement statement, SQLException failure, String role) {
        return switch (failure.getSQLState() == null ? "" : failure.getSQLState()) {
            case "42501" -> "; " + rights(failure, role) + " and run again.";
            case "25001" -> file.transactional() && !startsWith(statement, "SET") ? outOfTransaction() : FIX;
            case "2D000" -> file.transactional() ? outOfTransaction() : FIX;
            case "25P01" ->
                file.transactional()
                        ? FIX
                        : "; this statement needs a transaction: remove the line '-- Transaction: none' and run again.";
            case "25006" -> "; the file has made its session read-only: remove that and run again.";
            case "53100" -> "; the disk of the server is full: make room and run again.";
            case "57014" ->
                "; it took longer than statement_timeout (LOGIKIDS_MIGRATION_STATEMENT_TIMEOUT, or what the"
                        + " file sets), or somebody has cancelled it. Run again.";
            case "55P03", "40P01", "40001" ->
                file.transactional()
                        ? "; another session was in its way each time. See who it is (pg_stat_activity), and run again."
                        : ". It is not tried again by itself, because it runs outside of a transaction. Run again;"
                                + " SET lock_timeout = 0 in the file makes it wait.";
            default ->
                driverRefused(failure)
                        ? "; " + driverSetting()
                        : MigrationFailure.notThereYet(failure)
                                ? ". The session was lost: see how far the file came, and run again."
                                : FIX;
        };
    }

    /** For the rows of a file. */
    static String inLedgers(MigrationFile file, SQLException failure, String role) {
        return switch (failure.getSQLState() == null ? "" : failure.getSQLState()) {
            case "42501" -> "; " + rights(failure, role) + " and run again.";
            case "25006" ->
                "; the file has made its transaction read-only (SET TRANSACTION READ ONLY): remove that and"
                        + " run again.";
            case "42P01" ->
                "; the file, or somebody else, has dropped or renamed that table: put it back and run again.";
            case "55P03" ->
                "; another session holds a lock on a ledger. See who it is (pg_stat_activity), and run again.";
            default ->
                "; the error is not in a statement of the file, but in what " + file.name()
                        + " or somebody else has made of these tables (a trigger, a policy, a column).";
        };
    }

    /** For what is sent before and beside the files. */
    static String outsideOfFiles(SQLException failure, String role) {
        return switch (failure.getSQLState()) {
            case "42501" -> "; " + rights(failure, role) + " and run again.";
            case "28P01" -> ": check user and password in DATABASE_URL, or MIGRATION_DATABASE_URL if it is set";
            case "28000" ->
                ": check the user in DATABASE_URL, or MIGRATION_DATABASE_URL if it is set,"
                        + " and that the server's pg_hba.conf lets this machine in";
            case "3D000" ->
                ": create the database, or correct its name in DATABASE_URL, or MIGRATION_DATABASE_URL if it is set";
            case "53100" -> ": the disk of the server is full: make room and run again";
            default -> "";
        };
    }

    /** Says which right a role lacks, and the statement that gives it. */
    static String rights(SQLException failure, String role) {
        String error = MigrationFailure.serverError(failure)
                .map(server -> server.getMessage())
                .orElse("");
        String to = role.isEmpty() ? "(the role of the connection string)" : TargetSchema.quoted(role);
        String who = "role " + to + " lacks a right. As a superuser or the owner, run: ";
        Matcher extension = EXTENSION.matcher(error);
        if (extension.matches()) {
            return who + "CREATE EXTENSION " + TargetSchema.quoted(extension.group(1))
                    + " (or, if it is a trusted one, GRANT CREATE ON DATABASE … TO " + to + ")";
        }
        Matcher denied = DENIED.matcher(error);
        if (denied.matches()) {
            return who + grant(denied.group(1), denied.group(2), to);
        }
        Matcher owner = NOT_OWNER.matcher(error);
        if (owner.matches()) {
            return who + "ALTER " + kind(owner.group(1)) + " " + owner.group(2) + " OWNER TO " + to
                    + " (or give MIGRATION_DATABASE_URL the role that owns it)";
        }
        if (error.contains("row-level security policy")) {
            return who + "ALTER ROLE " + to + " BYPASSRLS";
        }
        return "role " + to
                + " lacks a right that this needs: give it that right, or give MIGRATION_DATABASE_URL a role that"
                + " has it,";
    }

    private static String grant(String kind, String name, String to) {
        return switch (kind) {
            case "schema" -> "GRANT USAGE, CREATE ON SCHEMA " + TargetSchema.quoted(name) + " TO " + to;
            case "database" -> "GRANT CONNECT, CREATE ON DATABASE " + TargetSchema.quoted(name) + " TO " + to;
            case "view", "materialized view", "table" -> "GRANT ALL ON TABLE " + name + " TO " + to;
            default -> "GRANT ALL ON " + kind(kind) + " " + name + " TO " + to;
        };
    }

    private static String kind(String kind) {
        return kind.equals("relation") ? "TABLE" : kind.toUpperCase(Locale.ROOT);
    }

    /** Whether the driver has ended the session because of a setting that it cannot work with. */
    static boolean driverRefused(SQLException failure) {
        // its class 08 errors of the network carry the IOException, those of the server the server's message
        return "08006".equals(failure.getSQLState())
                && MigrationFailure.serverError(failure).isEmpty()
                && !(failure.getCause() instanceof IOException);
    }

    private static String driverSetting() {
        return "the JDBC driver works with client_encoding UTF8 and a DateStyle that begins with ISO only. Save the file in"
                + " UTF-8, write dates as '2025-12-31' or SET DateStyle = 'ISO, DMY', and run again.";
    }

    private static String outOfTransaction() {
        return "; this statement cannot run in a transaction: put it into a file of its own that begins with the line\n"
                + "-- Transaction: none\nand run again.";
    }

    private static boolean startsWith(SqlStatement statement, String word) {
        return statement.text().regionMatches(true, 0, word, 0, word.length());
    }
}
