package dev.logikids.database.postgresql;

import io.quarkus.runtime.annotations.RegisterForReflection;

/**
 * How busy the pool is at one moment.
 *
 * @param max the most connections it opens
 * @param open how many are open or being opened
 * @param inUse how many are lent out
 * @param waiting how many callers wait for one
 */
@RegisterForReflection
public record PoolFigures(int max, int open, int inUse, int waiting) {

    /** How many are open and not lent out, or being opened. */
    int idle() {
        // both are counted at slightly different moments
        return Math.max(0, open - inUse);
    }
}
