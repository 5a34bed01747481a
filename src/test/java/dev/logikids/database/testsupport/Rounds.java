package dev.logikids.database.testsupport;

/** How often a test of a race tries it: 20 times, and 200 times under {@code -Pexhaustive}. */
public final class Rounds {

    public static final int COUNT = Integer.getInteger("test.rounds", 20);

    /** Whether all pairs are tried, and not only each of both. */
    public static final boolean EXHAUSTIVE = COUNT > 20;

    private Rounds() {}
}
