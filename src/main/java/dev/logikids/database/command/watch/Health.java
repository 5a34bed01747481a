package dev.logikids.database.command.watch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What {@code /q/health} says (MicroProfile Health).
 *
 * @param up whether every check is up
 * @param checks in the order of the service
 */
record Health(boolean up, List<Check> checks) {

    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * One check.
     *
     * @param data what it adds, such as {@code reason: the pool is full}; empty if nothing
     */
    record Check(String name, boolean up, String data) {}

    /** Reads the answer; empty when it is something else. */
    static Optional<Health> parse(String text) {
        try {
            JsonNode answer = JSON.readTree(text);
            if (answer == null
                    || !answer.path("status").isTextual()
                    || !answer.path("checks").isArray()) {
                return Optional.empty();
            }
            List<Check> checks = new ArrayList<>();
            for (JsonNode check : answer.path("checks")) {
                List<String> data = new ArrayList<>();
                check.path("data")
                        .properties()
                        .forEach(entry -> data.add(
                                entry.getKey() + ": " + entry.getValue().asText()));
                checks.add(new Check(check.path("name").asText(), isUp(check), String.join(", ", data)));
            }
            return Optional.of(new Health(isUp(answer), List.copyOf(checks)));
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    private static boolean isUp(JsonNode node) {
        return node.path("status").asText().equals("UP");
    }
}
