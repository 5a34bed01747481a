package dev.logikids.database.sync;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import jakarta.inject.Singleton;

/** The metrics {@code logikids_sync_…}: how reads and writes of blobs end, and how much they move. */
@Startup
@Singleton
class SyncMetrics {

    private final Counter in;
    private final Counter out;
    private final Counter conflicts;
    private final Counter notModified;
    private final Counter limited;

    SyncMetrics(MeterRegistry registry) {
        this.in = bytes(registry, "in");
        this.out = bytes(registry, "out");
        this.conflicts = Counter.builder("logikids.sync.conflicts")
                .description("Uploads that a precondition forbade, answered 412")
                .register(registry);
        this.notModified = Counter.builder("logikids.sync.not.modified")
                .description("Reads of a blob that the client has already, answered 304")
                .register(registry);
        this.limited = Counter.builder("logikids.sync.limited")
                .description("Requests past the limit of their user, answered 429")
                .register(registry);
    }

    private static Counter bytes(MeterRegistry registry, String direction) {
        return Counter.builder("logikids.sync.bytes")
                .description("Size of the blobs, as the base64 in the body, that were stored (in) and read (out)")
                .baseUnit("bytes")
                .tag("direction", direction)
                .register(registry);
    }

    void wrote(SyncUpload upload, WriteOutcome outcome) {
        if (outcome instanceof WriteOutcome.Stored) {
            in.increment(upload.encryptedBlob().remaining());
        } else {
            conflicts.increment();
        }
    }

    void read(ReadOutcome outcome) {
        if (outcome instanceof ReadOutcome.Found found) {
            out.increment(found.data().encryptedBlob().length());
        } else if (outcome instanceof ReadOutcome.NotModified) {
            notModified.increment();
        }
    }

    void limited() {
        limited.increment();
    }
}
