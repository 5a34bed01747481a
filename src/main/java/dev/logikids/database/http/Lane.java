package dev.logikids.database.http;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Memory for requests, in bytes, and the queue for it: first come, first served, within each caller's share. */
final class Lane {

    enum Entry {
        ENTERED,
        WAITS,
        FULL
    }

    /** One request; its turn starts it on its own event loop once it has its bytes after waiting for them. */
    static final class Visit {

        private final String caller;
        private final long bytes;
        private final Runnable turn;

        Visit(String caller, long bytes, Runnable turn) {
            this.caller = caller;
            this.bytes = bytes;
            this.turn = turn;
        }
    }

    private final long capacity;
    private final long capacityPerCaller;
    private final int maxWaiting;
    private final int maxWaitingPerCaller;
    private final Set<Visit> inside = new LinkedHashSet<>();
    private final Set<Visit> waiting = new LinkedHashSet<>();
    private final Map<String, Long> insideByCaller = new HashMap<>();
    private long bytesInside;

    /** No visit may be larger than either capacity: it would wait for ever. */
    Lane(long capacity, long capacityPerCaller, int maxWaiting, int maxWaitingPerCaller) {
        this.capacity = capacity;
        this.capacityPerCaller = capacityPerCaller;
        this.maxWaiting = maxWaiting;
        this.maxWaitingPerCaller = maxWaitingPerCaller;
    }

    synchronized Entry enter(Visit visit) {
        waiting.add(visit);
        // of those that waited before, nobody can be admitted now: nothing was given back
        if (admit().contains(visit)) {
            return Entry.ENTERED;
        }
        if (waiting.size() > maxWaiting || waitingOf(visit.caller) > maxWaitingPerCaller) {
            waiting.remove(visit);
            return Entry.FULL;
        }
        return Entry.WAITS;
    }

    private long waitingOf(String caller) {
        return waiting.stream().filter(visit -> visit.caller.equals(caller)).count();
    }

    /** Takes the visit out of the queue; returns whether it was there. */
    boolean stopWaiting(Visit visit) {
        List<Visit> next;
        synchronized (this) {
            if (!waiting.remove(visit)) {
                return false;
            }
            next = admit();
        }
        next.forEach(other -> other.turn.run());
        return true;
    }

    /** Gives the bytes back, or the place in the queue, and starts whose turn it is. May be repeated. */
    void leave(Visit visit) {
        List<Visit> next;
        synchronized (this) {
            waiting.remove(visit);
            if (inside.remove(visit)) {
                bytesInside -= visit.bytes;
                insideByCaller.computeIfPresent(
                        visit.caller, (caller, bytes) -> bytes == visit.bytes ? null : bytes - visit.bytes);
            }
            next = admit();
        }
        next.forEach(other -> other.turn.run());
    }

    /** Lets in whom the queue can let in: nobody passes one that waits for memory, for then a large one would wait for ever. */
    private List<Visit> admit() {
        List<Visit> admitted = new ArrayList<>();
        for (Iterator<Visit> queue = waiting.iterator(); queue.hasNext(); ) {
            Visit visit = queue.next();
            if (bytesInside + visit.bytes > capacity) {
                break;
            }
            if (insideByCaller.getOrDefault(visit.caller, 0L) + visit.bytes <= capacityPerCaller) {
                queue.remove();
                inside.add(visit);
                bytesInside += visit.bytes;
                insideByCaller.merge(visit.caller, visit.bytes, Long::sum);
                admitted.add(visit);
            }
        }
        return admitted;
    }
}
