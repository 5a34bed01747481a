package dev.logikids.database.problem;

import java.util.List;
import java.util.Locale;

/** What a request's {@code Accept} lines (RFC 9110, section 12.5.1) say about the form of an error. */
final class AcceptHeader {

    private AcceptHeader() {}

    /**
     * True when {@code application/problem+json} is named and nothing ranks plain JSON above it. A tie goes to the
     * form that was named: who lists both wants JSON for success and RFC 9457 for errors.
     */
    static boolean prefersProblem(List<String> lines) {
        double problem = 0;
        double json = 0;
        int jsonSpecificity = -1;
        for (String line : lines) {
            for (String range : line.split(",", -1)) {
                String[] parts = range.toLowerCase(Locale.ROOT).split(";", -1);
                String type = parts[0].strip();
                int specificity =
                        List.of("*/*", "application/*", "application/json").indexOf(type);
                if (type.equals(ProblemResponse.PROBLEM_JSON)) {
                    problem = quality(parts);
                } else if (specificity > jsonSpecificity) {
                    jsonSpecificity = specificity;
                    json = quality(parts);
                }
            }
        }
        return problem > 0 && problem >= json;
    }

    private static double quality(String[] parts) {
        for (int i = 1; i < parts.length; i++) {
            String parameter = parts[i].strip();
            if (parameter.startsWith("q=")) {
                try {
                    return Double.parseDouble(parameter.substring(2).strip());
                } catch (NumberFormatException e) {
                    return 0;
                }
            }
        }
        return 1;
    }
}
