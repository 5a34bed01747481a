import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** The turns of one contender in one call: a line of the table. */
record Row(String part, String call, String contender, List<Turn> turns, boolean steady) {

    /** Whether it is PostgreSQL alone. */
    boolean isPgbench() {
        return contender.startsWith(Report.OWN);
    }

    double median(ToDoubleFunction<Turn> figure) {
        double[] sorted = turns.stream().mapToDouble(figure).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    double rate() {
        return median(Turn::rate);
    }

    /** How far the turns are apart: a part of their median. */
    double spread() {
        double[] sorted = turns.stream().mapToDouble(Turn::rate).sorted().toArray();
        return rate() == 0 ? 0 : (sorted[sorted.length - 1] - sorted[0]) / rate();
    }

    long errors() {
        return turns.stream().mapToLong(Turn::errors).sum();
    }

    /** Microseconds of CPU per request without the load tool. */
    double serverCpu() {
        return median(turn -> turn.cpu().entrySet().stream()
                .filter(process -> !process.getKey().equals(Cpu.LOAD))
                .mapToDouble(Map.Entry::getValue)
                .sum());
    }

    Map<String, Double> cpu() {
        Map<String, Double> medians = new LinkedHashMap<>();
        turns.get(0).cpu().keySet().forEach(process -> medians.put(process, median(turn -> turn.cpu().get(process))));
        return medians;
    }
}
