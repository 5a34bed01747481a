package dev.logikids.database.migration.lint;

import dev.logikids.database.migration.script.SqlToken;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Refuses settings after which a file would be read otherwise than it was checked, or could not be recorded. */
final class SettingRules {

    private static final Set<String> ON = Set.of("on", "true", "yes", "1", "default");
    private static final Set<String> OFF = Set.of("off", "false", "no", "0", "default");
    private static final Set<String> UTF_8 = Set.of("utf8", "unicode", "default");

    private static final Pattern NOT_ISO = Pattern.compile("sql|postgres|german");

    private final LintContext context;

    SettingRules(LintContext context) {
        this.context = context;
    }

    /** Checks {@code SET name = value} and each {@code set_config('name', 'value', …)} of a statement. */
    void check(List<SqlToken> tokens) {
        if (tokens.get(0).is("SET")) {
            int name = 1 + (at(tokens, 1, "SESSION") || at(tokens, 1, "LOCAL") ? 1 : 0);
            if (at(tokens, name, "NAMES")) {
                check("client_encoding", value(tokens, name + 1));
            } else if (name + 1 < tokens.size() && (at(tokens, name + 1, "=") || at(tokens, name + 1, "TO"))) {
                check(tokens.get(name).name(), values(tokens, name + 2));
            }
        }
        boolean forLaterSessions = tokens.get(0).is("ALTER")
                && (at(tokens, 1, "DATABASE") || at(tokens, 1, "ROLE") || at(tokens, 1, "USER"));
        for (int i = 2; forLaterSessions && i + 2 < tokens.size(); i++) {
            if (tokens.get(i).is("SET") && (at(tokens, i + 2, "=") || at(tokens, i + 2, "TO"))) {
                check(tokens.get(i + 1).name(), value(tokens, i + 3));
            }
        }
        for (int i = 0; i + 4 < tokens.size(); i++) {
            boolean call = tokens.get(i).is("SET_CONFIG")
                    && tokens.get(i + 1).is("(")
                    && tokens.get(i + 2).kind() == SqlToken.Kind.STRING
                    && tokens.get(i + 3).is(",");
            if (call) {
                context.at(tokens.get(i).line());
                check(value(tokens, i + 2), value(tokens, i + 4));
            }
        }
    }

    private void check(String name, String value) {
        switch (name.toLowerCase(Locale.ROOT)) {
            case "client_encoding" -> {
                if (!UTF_8.contains(value.replaceAll("[^a-z0-9]", ""))) {
                    refuse("migration files are UTF-8, and so is what is sent: leave SET client_encoding out");
                }
            }
            case "standard_conforming_strings" -> {
                if (!ON.contains(value)) {
                    refuse("strings are read with standard_conforming_strings = on: write E'...' where a backslash"
                            + " escapes");
                }
            }
            case "transaction_isolation", "transaction_read_only", "transaction_deferrable" ->
                context.add(LintRule.TRANSACTION_NESTING);
            case "datestyle" -> {
                if (NOT_ISO.matcher(value).find()) {
                    refuse("the JDBC driver ends the session when DateStyle does not begin with ISO: write dates as"
                            + " '2025-12-31', or SET DateStyle = 'ISO, DMY'");
                }
            }
            case "default_transaction_read_only" -> {
                if (!OFF.contains(value)) {
                    refuse("the file could not be recorded after default_transaction_read_only = on: leave it out");
                }
            }
            default -> {
                // any other is as good as in psql: it ends with the file
            }
        }
    }

    private void refuse(String message) {
        context.add(LintRule.SESSION_SETTING, message);
    }

    /** The value as PostgreSQL compares it; empty when there is none. */
    private static String value(List<SqlToken> tokens, int index) {
        if (index >= tokens.size()) {
            return "default";
        }
        String text = tokens.get(index).text().toLowerCase(Locale.ROOT);
        return text.replaceAll("^(e|u&|n)?['\"]|['\"]$", "");
    }

    /** As {@link #value}, of a list such as {@code SQL, DMY}. */
    private static String values(List<SqlToken> tokens, int first) {
        return first >= tokens.size()
                ? "default"
                : IntStream.range(first, tokens.size())
                        .mapToObj(index -> value(tokens, index))
                        .collect(Collectors.joining());
    }

    private static boolean at(List<SqlToken> tokens, int index, String word) {
        return index < tokens.size() && tokens.get(index).is(word);
    }
}
