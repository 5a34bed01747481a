import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The calls as a chart in SVG that follows the light or dark scheme of its reader. */
final class Chart {

    // in pixels
    private static final int LABELS = 230;
    private static final int PANEL = 250;
    private static final int GAP = 90;
    private static final int BAR = 14;

    /** The colours of Okabe and Ito, which colour-blind readers tell apart. */
    private static final Map<String, String> COLOURS = new LinkedHashMap<>();

    static {
        COLOURS.put(Cpu.SERVICE, "#0072b2");
        COLOURS.put(Cpu.BACKENDS, "#e69f00");
        COLOURS.put(Cpu.OTHER, "#d55e00");
        COLOURS.put(Cpu.LOAD, "#999999");
    }

    private final StringBuilder svg = new StringBuilder();

    private Chart() {}

    static String of(List<Row> rows, Function<Row, Optional<Double>> share, String subtitle) {
        List<Row> services = rows.stream().filter(row -> !row.isPgbench()).toList();
        Map<String, List<Row>> calls = new LinkedHashMap<>();
        services.forEach(row -> calls.computeIfAbsent(row.call(), call -> new ArrayList<>()).add(row));
        Chart chart = new Chart();
        int height = 110 + calls.size() * 10 + services.size() * (BAR + 3);
        int width = LABELS + 2 * PANEL + GAP + 180;
        chart.svg.append("""
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img" font-family="sans-serif" font-size="12">
                <title>What the service reaches of PostgreSQL alone, and processor time per request</title>
                <style>
                  svg { background: #ffffff; } text { fill: #1f2328; } .grid { stroke: #d0d7de; } .soft { fill: #59636e; }
                  @media (prefers-color-scheme: dark) { svg { background: #0d1117; } text { fill: #f0f6fc; } .grid { stroke: #3d444d; } .soft { fill: #9198a1; } }
                </style>
                """.formatted(width, height, width, height));
        chart.draw(calls, share, subtitle, height);
        return chart.svg.append("</svg>\n").toString();
    }

    private void draw(Map<String, List<Row>> calls, Function<Row, Optional<Double>> share, String subtitle, int height) {
        int second = LABELS + PANEL + GAP;
        text(10, 20, "", "start", subtitle);
        text(LABELS, 44, "", "start", "requests per second, as a part of pgbench");
        text(second, 44, "", "start", "microseconds of CPU per request, as a part of the largest");
        int x = second;
        for (Map.Entry<String, String> colour : COLOURS.entrySet()) {
            rectangle(x, 52, 10, 10, colour.getValue());
            text(x + 14, 61, "soft", "start", colour.getKey());
            x += 30 + 7 * colour.getKey().length();
        }
        for (int tenth = 0; tenth <= 10; tenth += 5) {
            double at = LABELS + PANEL * tenth / 10.0;
            svg.append("<line class=\"grid\" x1=\"%.0f\" x2=\"%.0f\" y1=\"72\" y2=\"%d\"/>\n".formatted(at, at, height - 14));
            text(at, 66, "soft", "middle", tenth == 0 ? "0" : tenth == 10 ? "1" : "0.5");
        }
        int y = 80;
        for (Map.Entry<String, List<Row>> call : calls.entrySet()) {
            double most = call.getValue().stream().mapToDouble(row -> total(row.cpu())).max().orElse(1);
            text(10, y + 11, "", "start", call.getKey());
            for (Row row : call.getValue()) {
                text(LABELS - 8, y + 11, "soft", "end", row.contender());
                double part = share.apply(row).orElse(0.0);
                rectangle(LABELS, y, PANEL * Math.min(1.1, part), BAR, "#0072b2");
                text(LABELS + PANEL * Math.min(1.1, part) + 5, y + 11, "", "start",
                        String.format(Locale.ROOT, "%.2f · %,.0f/s", part, row.rate()));
                bar(second, y, row.cpu(), most);
                y += BAR + 3;
            }
            y += 10;
        }
    }

    private void bar(double x, int y, Map<String, Double> cpu, double most) {
        Map<String, Double> parts = new LinkedHashMap<>(cpu);
        parts.merge(Cpu.OTHER, parts.remove(Cpu.WAL_WRITER), Double::sum);
        double at = x;
        for (Map.Entry<String, String> colour : COLOURS.entrySet()) {
            double length = PANEL * parts.get(colour.getKey()) / most;
            rectangle(at, y, length, BAR, colour.getValue());
            at += length;
        }
        text(at + 5, y + 11, "", "start", String.format(Locale.ROOT, "%,.0f", total(cpu)));
    }

    private static double total(Map<String, Double> cpu) {
        return cpu.values().stream().mapToDouble(Double::doubleValue).sum();
    }

    private void rectangle(double x, double y, double width, double height, String colour) {
        svg.append(String.format(
                Locale.ROOT, "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\"/>%n", x, y, width, height, colour));
    }

    private void text(double x, double y, String style, String anchor, String text) {
        svg.append(String.format(
                Locale.ROOT,
                "<text x=\"%.1f\" y=\"%.1f\" class=\"%s\" text-anchor=\"%s\">%s</text>%n",
                x,
                y,
                style,
                anchor,
                text.replace("&", "&amp;").replace("<", "&lt;")));
    }
}
