package dev.logikids.database.postgresql;

import io.vertx.core.VertxException;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import io.vertx.core.impl.NoStackTraceThrowable;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.ClosedConnectionException;
import java.io.IOException;
import java.util.Objects;
import java.util.Set;
import org.jboss.logging.Logger;

/** Maps what the driver throws to a {@link DatabaseFailure}; the only place that reads an SQLSTATE. */
final class Failures {

    private static final Logger LOG = Logger.getLogger(Failures.class);

    static final String TOO_MANY = "too many callers wait for a connection";

    private static final String READ_ONLY = "25006";
    private static final String NO_SUCH_STATEMENT = "26000";
    private static final String NOT_SUPPORTED = "0A000";
    private static final String NO_PARAMETER = "42P18";
    private static final String NO_TABLE = "42P01";
    private static final String INTERNAL = "XX000";

    // of Citus, whose errors have no SQLSTATE of their own
    private static final String FROM_WORKER = "ReportResultError";
    private static final Set<String> SHARD_LOOKUPS =
            Set.of("LookupShardIdCacheEntry", "LoadGroupShardPlacement", "LookupShardRelationFromCatalog");

    private Failures() {}

    /** Maps a failure of work on a connection; one that does not come from the driver is returned unchanged. */
    static Throwable ofWork(Throwable failure) {
        if (failure instanceof PgException refusal) {
            return ofServer(refusal);
        }
        if (failure instanceof ClosedConnectionException
                || failure instanceof IOException
                || failure instanceof VertxException) {
            return new DatabaseFailure.Unavailable("the connection was lost", failure);
        }
        if (failure instanceof NoStackTraceThrowable refusal) {
            return ofDriver(refusal.getMessage());
        }
        return failure;
    }

    private static DatabaseFailure ofDriver(String message) {
        // from SocketConnectionBase; other messages, as of a parameter of the wrong type, hold values
        return message.startsWith("Connection is not active now") || message.startsWith("Pending requests failed")
                ? new DatabaseFailure.Unavailable("the connection was lost", (Throwable) null)
                : new DatabaseFailure.Unexpected("the driver refused a statement");
    }

    /** Maps a failure to get a connection: all but a full queue mean that none could be opened. */
    static DatabaseFailure ofAcquiring(Throwable failure) {
        if (failure instanceof ConnectionPoolTooBusyException) {
            return new DatabaseFailure.Busy(TOO_MANY);
        }
        if (failure instanceof PgException refusal) {
            // a wrong password or database name too: an operator can correct it while the service runs
            return new DatabaseFailure.Unavailable(refusal(sqlState(refusal)), sqlState(refusal));
        }
        return new DatabaseFailure.Unavailable("cannot connect", failure);
    }

    private static String refusal(String sqlState) {
        return switch (sqlState) {
            case "28P01", "28000" -> "the server refused the user or the password";
            case "3D000" -> "the server has no such database";
            case "53300" -> "the server has no connection left";
            // PgBouncer 1.18 says it of a wrong password, an unknown database, max_client_conn and query_wait_timeout
            case "08P01" -> "the server or PgBouncer refused the connection, and its own log says why";
            default -> "the server refused the connection";
        };
    }

    /**
     * Returns whether the pool's other connections would fail alike: their host has become a standby, their prepared
     * statements are those of an earlier schema, or Citus has moved the rows.
     */
    static boolean concernsAllConnections(Throwable failure) {
        return failure instanceof DatabaseFailure.Unavailable refusal
                && Set.of(READ_ONLY, NO_SUCH_STATEMENT, NOT_SUPPORTED, NO_PARAMETER, INTERNAL)
                        .contains(refusal.sqlState());
    }

    private static DatabaseFailure ofServer(PgException refusal) {
        String sqlState = sqlState(refusal);
        if (hasMoved(refusal)) {
            return new DatabaseFailure.Unavailable("Citus has distributed or moved the rows", sqlState);
        }
        if (sqlState.startsWith("42")) {
            // these texts name tables and columns only; those of other classes may hold values
            LOG.debugf("SQLSTATE %s: %s", sqlState, refusal.getErrorMessage());
        }
        String constraint = Objects.requireNonNullElse(refusal.getConstraint(), "");
        return switch (sqlState) {
            case "23505" -> new DatabaseFailure.UniqueViolation(constraint, sqlState);
            case "23503" -> new DatabaseFailure.ForeignKeyViolation(constraint, sqlState);
            case "40001", "40P01" -> new DatabaseFailure.Conflict(sqlState);
            case "55P03" -> new DatabaseFailure.Busy("a lock was not released in time", sqlState);
            case "57014" -> new DatabaseFailure.Busy("a statement took too long", sqlState);
            // after a failover the pool still has connections to a host that is now a standby
            case READ_ONLY -> new DatabaseFailure.Unavailable("the server or the transaction is read-only", sqlState);
            // undefined_table, undefined_column, invalid_schema_name
            case NO_TABLE, "42703", "3F000" -> new DatabaseFailure.SchemaMissing(sqlState);
            case NO_SUCH_STATEMENT ->
                new DatabaseFailure.Unavailable("the server has lost a prepared statement", sqlState);
            case "25P03", "57P01", "57P02", "57P03", "57P05" ->
                new DatabaseFailure.Unavailable("the server closed the connection", sqlState);
            default -> ofClass(sqlState, refusal);
        };
    }

    private static DatabaseFailure ofClass(String sqlState, PgException refusal) {
        // the statement itself is supported: "cached plan must not change result type", in any language
        if (sqlState.equals(NOT_SUPPORTED) && "RevalidateCachedQuery".equals(refusal.getRoutine())) {
            return new DatabaseFailure.Unavailable("the schema has changed under a prepared statement", sqlState);
        }
        if (sqlState.startsWith("08") || sqlState.startsWith("53")) {
            return new DatabaseFailure.Unavailable("the server has no connection or resources to give", sqlState);
        }
        String constraint = refusal.getConstraint();
        return new DatabaseFailure.Unexpected(
                constraint == null ? "the server refused a statement" : "violates constraint " + constraint, sqlState);
    }

    /**
     * Whether Citus has distributed or moved the rows since the statement was chosen or planned (ADR 39): it then no longer
     * takes what is for an undistributed table, or no longer finds a shard. Nothing was written.
     */
    private static boolean hasMoved(PgException refusal) {
        String routine = Objects.requireNonNullElse(refusal.getRoutine(), "");
        return switch (sqlState(refusal)) {
            case NOT_SUPPORTED -> routine.equals("DeferErrorIfQueryNotSupported");
            // a parameter, and a shard, that the worker does not know
            case NO_PARAMETER, NO_TABLE -> routine.equals(FROM_WORKER);
            case INTERNAL -> SHARD_LOOKUPS.contains(routine);
            default -> false;
        };
    }

    private static String sqlState(PgException refusal) {
        return Objects.requireNonNullElse(refusal.getSqlState(), "");
    }
}
