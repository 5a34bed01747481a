import java.util.ArrayList;
import java.util.List;

/** Lets contenders take turns, so that what else the machine does hits all of them. */
final class Turns {

    private static final double STEADY = 0.05;

    private final Options options;
    private final Report report;

    Turns(Options options, Report report) {
        this.options = options;
        this.report = report;
    }

    /**
     * Takes the turns of one call, each contender warm before, reports them, and returns a row for each.
     *
     * @param windows the most turns that a contender may take to become warm
     */
    List<Row> take(String part, String title, int windows, List<Contender> contenders) {
        List<Boolean> steady = contenders.stream().map(contender -> !contender.warms() || warm(contender, windows)).toList();
        List<List<Turn>> turns = contenders.stream().<List<Turn>>map(contender -> new ArrayList<>()).toList();
        for (int turn = 0; turn < options.turns(); turn++) {
            // another one begins each time, so that none always follows the same one
            for (int i = 0; i < contenders.size(); i++) {
                int which = (turn + i) % contenders.size();
                turns.get(which).add(contenders.get(which).turn().apply(options.seconds()));
            }
        }
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < contenders.size(); i++) {
            rows.add(new Row(part, title, contenders.get(i).name(), turns.get(i), steady.get(i)));
        }
        report.add(rows);
        return rows;
    }

    /**
     * Takes turns until the rates of three in a row are within 5 % of each other, because on few cores the JVM compiles while it is
     * under load; gives up after so many. Returns whether it became steady.
     */
    private boolean warm(Contender contender, int windows) {
        List<Double> rates = new ArrayList<>();
        while (rates.size() < (options.quick() ? 1 : windows)) {
            rates.add(contender.turn().apply(options.seconds()).rate());
            if (rates.size() >= 3) {
                double[] last = rates.subList(rates.size() - 3, rates.size()).stream()
                        .mapToDouble(rate -> rate)
                        .sorted()
                        .toArray();
                if (last[2] - last[0] <= STEADY * last[1]) {
                    return true;
                }
            }
        }
        return false;
    }
}
