package dev.logikids.database.http;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Places for requests that cost memory, and the queue for them: first come, first served, within each caller's share. */
final class Lane {

    enum Entry {
        ENTERED,
        WAITS,
        FULL
    }

    /** One request; its turn starts it on its own event loop once it has a place after waiting for it. */
    static final class Visit {

        private final String caller;
        private final Runnable turn;

        Visit(String caller, Runnable turn) {
            this.caller = caller;
            this.turn = turn;
        }
    }

    private final int places;
    private final int placesPerCaller;
    private final int maxWaiting;
    private final Set<Visit> inside = new LinkedHashSet<>();
    private final Set<Visit> waiting = new LinkedHashSet<>();
    private final Map<String, Integer> insideByCaller = new HashMap<>();

    Lane(int places, int placesPerCaller, int maxWaiting) {
        this.places = places;
        this.placesPerCaller = placesPerCaller;
        this.maxWaiting = maxWaiting;
    }

    synchronized Entry enter(Visit visit) {
        if (hasPlaceFor(visit)) {
            take(visit);
            return Entry.ENTERED;
        }
        if (waiting.size() >= maxWaiting) {
            return Entry.FULL;
        }
        waiting.add(visit);
        return Entry.WAITS;
    }

    /** Takes the visit out of the queue; returns whether it was there. */
    synchronized boolean stopWaiting(Visit visit) {
        return waiting.remove(visit);
    }

    /** Gives the place back, or the one in the queue, and starts whose turn it is. May be repeated. */
    void leave(Visit visit) {
        next(visit).forEach(next -> next.turn.run());
    }

    private synchronized List<Visit> next(Visit leaving) {
        waiting.remove(leaving);
        if (!inside.remove(leaving)) {
            return List.of();
        }
        insideByCaller.computeIfPresent(leaving.caller, (caller, count) -> count == 1 ? null : count - 1);
        List<Visit> started = new ArrayList<>();
        for (Visit visit : waiting) {
            if (hasPlaceFor(visit)) {
                take(visit);
                started.add(visit);
            }
            if (inside.size() == places) {
                break;
            }
        }
        started.forEach(waiting::remove);
        return started;
    }

    private boolean hasPlaceFor(Visit visit) {
        return inside.size() < places && insideByCaller.getOrDefault(visit.caller, 0) < placesPerCaller;
    }

    private void take(Visit visit) {
        inside.add(visit);
        insideByCaller.merge(visit.caller, 1, Integer::sum);
    }
}
