package dev.logikids.database.migration;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.TemporalAccessor;
import java.util.Optional;

/** When a ledger says that a file was applied: ledgers are made by hand too, with columns of any type. */
public final class LedgerTime {

    private static final DateTimeFormatter ANY = new DateTimeFormatterBuilder()
            .append(DateTimeFormatter.ISO_LOCAL_DATE)
            .appendPattern("['T'][' ']")
            .append(DateTimeFormatter.ISO_LOCAL_TIME)
            .appendPattern("[XXXXX][X]")
            .toFormatter();

    private LedgerTime() {}

    /** Reads a timestamp as PostgreSQL writes it into JSON or text, one without a zone as UTC; empty if it is none. */
    public static Optional<Instant> parse(String text) {
        try {
            TemporalAccessor time = ANY.parseBest(text.strip(), OffsetDateTime::from, LocalDateTime::from);
            return Optional.of(
                    time instanceof OffsetDateTime withZone
                            ? withZone.toInstant()
                            : ((LocalDateTime) time).toInstant(ZoneOffset.UTC));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
