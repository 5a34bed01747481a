package dev.logikids.database.sync;

import dev.logikids.database.account.LastSeen;
import dev.logikids.database.problem.ApiException;
import dev.logikids.database.user.UserId;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.util.Optional;

/**
 * The sync data of a user, for that user alone. Every method fails with {@code USER_ACCOUNT_NOT_FOUND} unless the user's
 * account exists and is not revoked; otherwise the request counts for the account's {@code last_seen}.
 */
@ApplicationScoped
class SyncService {

    private final SyncRepository repository;
    private final LastAccessed lastAccessed;
    private final LastSeen lastSeen;
    private final SyncMetrics metrics;
    private final Clock clock;

    SyncService(
            SyncRepository repository, LastAccessed lastAccessed, LastSeen lastSeen, SyncMetrics metrics, Clock clock) {
        this.repository = repository;
        this.lastAccessed = lastAccessed;
        this.lastSeen = lastSeen;
        this.metrics = metrics;
        this.clock = clock;
    }

    /**
     * Stores the upload, unless a precondition of RFC 9110 forbids it. May be repeated.
     *
     * @param ifMatch the tags of {@code If-Match}; empty if the request has no such header
     * @param ifNoneMatch the tags of {@code If-None-Match}
     */
    Uni<WriteOutcome> store(UserId user, SyncUpload upload, Optional<EntityTags> ifMatch, EntityTags ifNoneMatch) {
        Uni<WriteOutcome> outcome = ifMatch.isPresent()
                ? repository.replace(user, upload, clock.instant(), ifMatch.get(), ifNoneMatch)
                : repository.store(user, upload, clock.instant(), ifNoneMatch);
        return outcome.invoke(ended -> {
            seen(user);
            metrics.wrote(upload, ended);
        });
    }

    /** Reads the data, but not its blob if {@code ifNoneMatch} holds its tag. Counts as an access. */
    Uni<ReadOutcome> read(UserId user, EntityTags ifNoneMatch) {
        return repository.find(user, ifNoneMatch).invoke(outcome -> {
            seen(user);
            metrics.read(outcome);
            if (!(outcome instanceof ReadOutcome.NotFound)) {
                lastAccessed.read(user.text(), clock.millis());
            }
        });
    }

    /** Whether the user has stored anything. Does not count as an access. */
    Uni<Boolean> exists(UserId user) {
        return repository.exists(user).invoke(() -> seen(user));
    }

    /** Removes the data, if there is any; account and tokens stay. May be repeated. */
    Uni<Void> delete(UserId user) {
        return repository.delete(user).invoke(() -> seen(user));
    }

    /** Fails with the rejection, but only after the account was checked: 401 goes before 403 and 400. */
    <T> Uni<T> reject(UserId user, ApiException rejection) {
        return exists(user).chain(() -> Uni.createFrom().failure(rejection));
    }

    private void seen(UserId user) {
        lastSeen.seen(user.text(), clock.millis());
    }
}
