package dev.logikids.database.migration;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import java.util.List;

/**
 * What a database says about its schema, beside the files of this build.
 *
 * @param files every file of this build and every row of {@code schema_migrations}, by name
 * @param invalidIndexes names of indexes that a failed CREATE INDEX CONCURRENTLY left behind
 * @param lockHolder the session that migrates at this moment, or null
 * @param serverVersion PostgreSQL's version
 */
@RegisterForReflection
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SchemaStatus(
        List<FileStatus> files, List<String> invalidIndexes, LockHolder lockHolder, String serverVersion) {

    /** What is known of one file. */
    public enum State {
        /** In both ledgers, as this build has it. */
        APPLIED,
        /** In one ledger only; the next migrate adopts it. */
        ADOPTABLE,
        /** Not applied yet. */
        PENDING,
        /** Applied, and its content is another one now. */
        CHANGED,
        /** In the ledger, but no file of this build: from a later version, or the legacy service's own. */
        UNKNOWN
    }

    /** One file; {@code appliedAt} is null unless it has been applied. */
    @RegisterForReflection
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record FileStatus(String name, State state, Instant appliedAt) {}

    /** A session that holds the migration lock. */
    @RegisterForReflection
    public record LockHolder(int pid, String application, Instant since) {}

    /** The names of the files in that state, in order. */
    public List<String> names(State state) {
        return files.stream()
                .filter(file -> file.state() == state)
                .map(FileStatus::name)
                .toList();
    }

    /** True when nothing is left to do: every file of this build is in both ledgers, unchanged. */
    public boolean upToDate() {
        return names(State.PENDING).isEmpty()
                && names(State.ADOPTABLE).isEmpty()
                && names(State.CHANGED).isEmpty();
    }
}
