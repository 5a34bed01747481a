package dev.logikids.database.account;

import dev.logikids.database.invite.InviteRow;
import dev.logikids.database.token.SessionRow;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * All that operators see of an account: nothing of its data's content.
 *
 * @param invite that it was made with
 * @param sessions the live ones, the one used last first
 * @param data of the stored blob; empty if nothing is stored
 * @param twins other accounts of the same id in other letters (ADR 11)
 */
public record AccountDetail(
        AccountSummary account,
        Optional<InviteRow> invite,
        List<SessionRow> sessions,
        Optional<Blob> data,
        List<AccountSummary> twins) {

    /**
     * The stored blob from outside.
     *
     * @param size in bytes, as the client sent it
     * @param storedBytes in the database, after PostgreSQL's compression
     * @param version how often it was written through this service
     */
    public record Blob(int size, int storedBytes, long version, Instant createdAt, Instant lastAccessed) {}

    @Override
    public String toString() {
        return "AccountDetail[***]";
    }
}
