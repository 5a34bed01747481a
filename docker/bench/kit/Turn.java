import java.util.Map;

/**
 * What one turn of a load tool measured.
 *
 * @param p50 milliseconds, as p99 and max; for pgbench p50 is the mean, and the others are 0
 * @param cpu microseconds per request, by process
 * @param residentMegabytes of the service at the end of the turn
 */
record Turn(double rate, double p50, double p99, double max, long errors, Map<String, Double> cpu, double residentMegabytes) {}
