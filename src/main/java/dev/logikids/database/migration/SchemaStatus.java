package dev.logikids.database.migration;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import java.util.List;

/**
 * The state of a database's schema, compared with migration files.
 *
 * @param schema the schema that holds the tables and both ledgers, or will
 * @param files every file and every row of {@code schema_migrations}, by name
 * @param invalidIndexes names of indexes that a failed CREATE INDEX CONCURRENTLY left behind
 * @param oddities what is unusual about the ledgers and does no harm
 * @param ledgerObstacle why {@code schema_migrations} takes no row from a migration, or null
 * @param drifted what is not as the applied files of this build make it
 * @param notCompared why {@code drifted} says nothing, or null
 * @param lockHolder the session that holds the migration lock, or null
 * @param serverVersion PostgreSQL's version
 */
@RegisterForReflection
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SchemaStatus(
        String schema,
        List<FileStatus> files,
        List<String> invalidIndexes,
        List<String> oddities,
        String ledgerObstacle,
        List<SchemaCatalogue.Drift> drifted,
        String notCompared,
        LockHolder lockHolder,
        String serverVersion) {

    /** The state of one file. */
    public enum State {
        /** In both ledgers, with this content. */
        APPLIED,
        /** In one ledger only; the next migrate adopts it. */
        ADOPTABLE,
        /** Not applied yet. */
        PENDING,
        /** Applied with another content. */
        CHANGED,
        /** In schema_migrations only: from a later version, or from the legacy service. */
        UNKNOWN
    }

    /** One file; {@code appliedAt} is null unless it has been applied and the ledger says when. */
    @RegisterForReflection
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record FileStatus(String name, State state, Instant appliedAt) {}

    /** A session that holds the migration lock. */
    @RegisterForReflection
    public record LockHolder(int pid, String application, Instant since) {}

    /** Returns the same with the result of a comparison. */
    SchemaStatus compared(List<SchemaCatalogue.Drift> found, String obstacle) {
        return new SchemaStatus(
                schema, files, invalidIndexes, oddities, ledgerObstacle, found, obstacle, lockHolder, serverVersion);
    }

    /** The names of the files in that state, in order. */
    public List<String> names(State state) {
        return files.stream()
                .filter(file -> file.state() == state)
                .map(FileStatus::name)
                .toList();
    }

    /** True when every file is in both ledgers, unchanged. */
    public boolean upToDate() {
        return files.stream().allMatch(file -> file.state() == State.APPLIED || file.state() == State.UNKNOWN);
    }
}
