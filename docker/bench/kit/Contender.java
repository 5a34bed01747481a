import java.util.function.IntFunction;

/**
 * One of those that take turns.
 *
 * @param turn takes a turn of that many seconds
 * @param warms whether it has to be warm first: what runs on a JVM
 */
record Contender(String name, boolean warms, IntFunction<Turn> turn) {}
