package dev.logikids.database.migration;

import java.time.Duration;
import java.util.List;

/**
 * A file that is being applied, at one moment.
 *
 * @param name the name of the file
 * @param number which file of the run it is, counted from 1
 * @param files how many files the run has
 * @param statement which of its statements is running, counted from 1
 * @param statements how many statements it has
 * @param line the line of the file where that statement begins
 * @param elapsed since when the file runs
 * @param seen what another session sees of it: how far an index is, who blocks it; empty if there is nothing to say
 */
public record RunningFile(
        String name,
        int number,
        int files,
        int statement,
        int statements,
        int line,
        Duration elapsed,
        List<String> seen) {

    /** Returns one line for a log. */
    @Override
    public String toString() {
        return name + " is still running after " + elapsed.toSeconds() + " s, statement " + statement + " of "
                + statements + " (line " + line + ")"
                + String.join("", seen.stream().map(part -> ", " + part).toList());
    }
}
