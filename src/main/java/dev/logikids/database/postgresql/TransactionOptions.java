package dev.logikids.database.postgresql;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * How one transaction differs from the default: READ COMMITTED, read-write, with the time-outs of {@link PoolConfig}.
 *
 * @param isolation what the transaction sees of others
 * @param readOnly whether PostgreSQL refuses every write in it
 * @param timeout the longest time for the whole call, waits and retries included, and for each statement; empty:
 *     {@link PoolConfig#callTimeout()} and {@link PoolConfig#statementTimeout()}
 */
public record TransactionOptions(Isolation isolation, boolean readOnly, Optional<Duration> timeout) {

    /** READ COMMITTED, read-write, configured time-outs. */
    public static final TransactionOptions DEFAULT =
            new TransactionOptions(Isolation.READ_COMMITTED, false, Optional.empty());

    /** PostgreSQL's isolation levels (manual, 13.2). */
    public enum Isolation {
        READ_COMMITTED,
        REPEATABLE_READ,
        SERIALIZABLE;

        private String sql() {
            return name().replace('_', ' ').toLowerCase(Locale.ROOT);
        }
    }

    public TransactionOptions {
        if (timeout.isPresent() && timeout.get().toMillis() < 1) {
            throw new IllegalArgumentException("a transaction needs at least 1 ms: " + timeout.get());
        }
    }

    public TransactionOptions withIsolation(Isolation wanted) {
        return new TransactionOptions(wanted, readOnly, timeout);
    }

    public TransactionOptions asReadOnly() {
        return new TransactionOptions(isolation, true, timeout);
    }

    public TransactionOptions withTimeout(Duration longest) {
        return new TransactionOptions(isolation, readOnly, Optional.of(longest));
    }

    /** The statements that begin such a transaction: one round trip, whatever they are. */
    String beginSql(PoolConfig config) {
        StringBuilder sql = new StringBuilder("BEGIN");
        if (isolation != Isolation.READ_COMMITTED) {
            sql.append(" ISOLATION LEVEL ").append(isolation.sql());
        }
        if (readOnly) {
            sql.append(" READ ONLY");
        }
        if (timeout.isPresent() || config.pgbouncer()) {
            setLocal(sql, "statement_timeout", timeout.orElse(config.statementTimeout()));
        }
        if (config.pgbouncer()) {
            setLocal(sql, "lock_timeout", config.lockTimeout());
        }
        return sql.toString();
    }

    private static void setLocal(StringBuilder sql, String setting, Duration time) {
        sql.append("; SET LOCAL ").append(setting).append(" = ").append(time.toMillis());
    }
}
