import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** What 10 and 100 million users would need, from the figures of the part scale: docs/scaling.md has the formulas. */
final class Estimate {

    /** Assumed: requests per user and day, uploads among them, the busiest minutes as a multiple of the mean, tokens per user. */
    private static final double REQUESTS = 10;

    private static final double UPLOADS = 2;
    private static final double PEAK = 4;
    private static final double TOKENS = 3;

    /** Above this load of the cores, waiting grows fast: see ShardSimulation. */
    private static final double BUSY = 0.6;

    private static final double CONNECTIONS = 10;
    private static final double SECONDS_OF_A_DAY = 86_400;

    /** A number of users, and the bytes of a blob. */
    private record Case(double users, double blob) {

        double rate() {
            return users * REQUESTS * PEAK / SECONDS_OF_A_DAY;
        }

        double uploads() {
            return rate() * UPLOADS / REQUESTS;
        }
    }

    private final Report report;
    private final String measured;
    private final double blob;
    private final List<Case> cases;

    /** @param measured the column with the figures */
    Estimate(Report report, String measured, Options options) {
        this.report = report;
        this.measured = measured;
        this.blob = options.blob();
        this.cases = List.of(new Case(10e6, blob), new Case(100e6, blob), new Case(100e6, 7_680));
    }

    void print() {
        double toast = report.fact("storage of `user_sync_data`, per account", "of TOAST", measured);
        double f = toast / blob;
        double a = (report.fact("storage of `refresh_tokens`, per account", "bytes of rows", measured)
                        + report.fact("storage of `refresh_tokens`, per account", "of indexes", measured))
                / TOKENS;
        double c = report.fact(Scale.STORAGE, "bytes", measured) - toast - TOKENS * a;
        double q = report.mix("µs of PostgreSQL", measured);
        double s = report.mix("µs of the service", measured);
        double first = report.fact(Scale.PUT_WAL, "bytes in the second after a checkpoint", measured);
        double later = report.fact(Scale.PUT_WAL, "bytes later", measured);
        double reads = (4 * report.fact("GET sync" + Scale.PAGES, "pages per request", measured)
                        + report.fact("PUT sync" + Scale.PAGES, "pages per request", measured))
                / 5;
        double written = report.fact(Scale.PUT_WAL, "of them whole pages", measured);
        double restore = report.fact(Scale.RESTORE, "MB/s of the database", measured);

        report.say("| input | measured |\n|---|---|");
        report.say("| stored per byte of blob, `f` | %.2f |".formatted(f));
        report.say("| stored per refresh token, `a` | %.0f bytes |".formatted(a));
        report.say("| stored per account besides, `c` | %.0f bytes |".formatted(c));
        report.say("| processor time of PostgreSQL per request, `q` | %.0f µs |".formatted(q));
        report.say("| processor time of the service per request, `s` | %.0f µs |".formatted(s));
        report.say("| WAL per upload, `w`: the first after a checkpoint, later | %s, %s bytes |".formatted(Report.figure(first), Report.figure(later)));
        report.say("| pages read per request that memory does not have, `p` | %.1f |".formatted(reads));
        report.say("| pages that an upload changes, `d` | %.1f |".formatted(written));
        if (restore > 0) {
            report.say("| restore, `m` | %.0f MB/s |".formatted(restore));
        }

        ToDoubleFunction<Case> storage = one -> one.users() * (f * one.blob() + a * TOKENS + c);
        report.say("\n| | 10 million | 100 million | 100 million, 10 KB |\n|---|---|---|---|");
        line("storage", one -> bytes(storage.applyAsDouble(one)));
        line("requests per second at the peak", one -> Report.figure(Math.rint(one.rate())));
        line("uploads per second at the peak", one -> Report.figure(Math.rint(one.uploads())));
        line("cores of PostgreSQL", one -> cores(one.rate() * q / 1e6 / BUSY));
        line("cores of the service", one -> cores(one.rate() * s / 1e6 / BUSY));
        line("connections", one -> Report.figure(Math.ceil(Math.ceil(one.rate() * s / 1e6 / BUSY) / 2) * CONNECTIONS));
        line("WAL at the peak, MB/s: after a checkpoint, later", one -> Report.figure(Math.rint(one.uploads() * log(first, f, one) / 1e6)) + ", "
                + Report.figure(Math.rint(one.uploads() * log(later, f, one) / 1e6)));
        line("WAL per day, later", one -> bytes(one.users() * UPLOADS * log(later, f, one)));
        line("reads of the disk per second at the peak", one -> Report.figure(Math.rint(one.rate() * reads)));
        line("writes of the disk per second at the peak, at most", one -> Report.figure(Math.rint(one.uploads() * (written + 1))));
        if (restore > 0) {
            line("restore by `docker/restore`, hours", one -> Report.figure(storage.applyAsDouble(one) / restore / 1e6 / 3600));
        }
        report.say("");
    }

    /** WAL of an upload, whose blob is in it as it is stored. */
    private double log(double measuredBytes, double f, Case one) {
        return measuredBytes + f * (one.blob() - blob);
    }

    private void line(String what, Function<Case, String> figure) {
        List<String> cells = new ArrayList<>(List.of(what));
        cases.forEach(one -> cells.add(figure.apply(one)));
        report.say("| " + String.join(" | ", cells) + " |");
    }

    private static String cores(double cores) {
        return Report.figure(Math.ceil(cores));
    }

    private static String bytes(double bytes) {
        return bytes < 1e12 ? "%.0f GB".formatted(bytes / 1e9) : String.format(Locale.ROOT, "%.1f TB", bytes / 1e12);
    }
}
