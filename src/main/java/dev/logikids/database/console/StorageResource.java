package dev.logikids.database.console;

import dev.logikids.database.cleanup.Cleanup;
import dev.logikids.database.health.StorageView;
import dev.logikids.database.health.StorageView.Day;
import dev.logikids.database.health.StorageView.Index;
import dev.logikids.database.health.StorageView.SizeClass;
import dev.logikids.database.health.StorageView.Storage;
import dev.logikids.database.postgresql.ReadReplica;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** How much of what is stored, how it grows, and what the next clean-up would remove. */
@Path(ConsoleGate.ROOT + "/storage")
@Produces(MediaType.TEXT_HTML)
public class StorageResource {

    private final StorageView storage;
    private final ReadReplica replica;
    private final Cleanup cleanup;

    StorageResource(StorageView storage, ReadReplica replica, Cleanup cleanup) {
        this.storage = storage;
        this.replica = replica;
        this.cleanup = cleanup;
    }

    /** One day in a chart: a bar of a height of 0 to {@link Chart#HEIGHT}. */
    public record Bar(int x, long height, LocalDate day, long value) {

        /** From the top. */
        public long y() {
            return Chart.HEIGHT - height;
        }
    }

    /** One number of each day. */
    public record Chart(List<Bar> bars, long largest, long total) {

        static final int HEIGHT = 100;
        private static final int STEP = 10;

        static Chart of(List<Day> days, ToLongFunction<Day> number) {
            long largest = days.stream().mapToLong(number).max().orElse(0);
            List<Bar> bars = new ArrayList<>();
            for (Day day : days) {
                long value = number.applyAsLong(day);
                // what is there at all can be seen
                long height = value == 0 ? 0 : Math.max(1, value * HEIGHT / largest);
                bars.add(new Bar(bars.size() * STEP, height, day.day(), value));
            }
            return new Chart(bars, largest, days.stream().mapToLong(number).sum());
        }

        public int width() {
            return bars.size() * STEP;
        }

        public LocalDate first() {
            return bars.get(0).day();
        }

        public LocalDate last() {
            return bars.get(bars.size() - 1).day();
        }
    }

    /** Blobs of one size class: from more than {@code above} to {@code upTo} bytes, and how many percent of all they are. */
    public record SizeRange(int above, int upTo, long blobs, long bytes, long percent) {}

    /** What the page shows; the days with the newest first. */
    public record Shown(
            Storage storage,
            List<Index> indexes,
            Chart accounts,
            Chart bytes,
            List<Day> days,
            List<SizeRange> classes,
            Map<String, Long> nextCleanup,
            boolean mayBeOld) {}

    @CheckedTemplate(basePath = "console")
    static final class Templates {

        static native TemplateInstance storage(Shown shown);

        private Templates() {}
    }

    /** The page. */
    @GET
    @Operation(hidden = true)
    public Uni<TemplateInstance> storage(@Context ConsolePage page) {
        // at the same time: each counts all rows of some table
        return Uni.combine()
                .all()
                .unis(storage.look(), cleanup.dryRun())
                .with((stored, victims) -> page.show(Templates.storage(shown(stored, victims))));
    }

    private Shown shown(Storage stored, Map<String, Long> victims) {
        List<Day> newestFirst = new ArrayList<>(stored.growth());
        Collections.reverse(newestFirst);
        return new Shown(
                stored,
                stored.indexes(),
                Chart.of(stored.growth(), Day::accounts),
                Chart.of(stored.growth(), Day::blobBytes),
                newestFirst,
                classes(stored.blobSizes()),
                victims,
                replica.isSet());
    }

    private static List<SizeRange> classes(List<SizeClass> sizes) {
        long all = Math.max(1, sizes.stream().mapToLong(SizeClass::blobs).sum());
        List<SizeRange> classes = new ArrayList<>();
        int above = 0;
        for (SizeClass size : sizes) {
            classes.add(new SizeRange(above, size.upTo(), size.blobs(), size.bytes(), size.blobs() * 100 / all));
            above = size.upTo();
        }
        return classes;
    }
}
