package dev.logikids.database.migration.lint;

import dev.logikids.database.migration.script.SqlToken;
import java.util.ArrayList;
import java.util.List;

/** A position in the tokens of one statement, or of a part of it, without comments. */
final class SqlCursor {

    private final List<SqlToken> tokens;
    private int at;

    SqlCursor(List<SqlToken> tokens) {
        this.tokens = tokens;
    }

    boolean atEnd() {
        return at >= tokens.size();
    }

    /** The line of the next token; at the end, that of the last one. */
    int line() {
        return tokens.get(Math.min(at, tokens.size() - 1)).line();
    }

    boolean sees(String... words) {
        return matches(at, words);
    }

    boolean seesAny(String... words) {
        for (String word : words) {
            if (sees(word)) {
                return true;
            }
        }
        return false;
    }

    /** Moves past these words if they come next. */
    boolean accept(String... words) {
        boolean found = sees(words);
        at += found ? words.length : 0;
        return found;
    }

    SqlToken next() {
        return tokens.get(at++);
    }

    /** Reads a name, with its schema unless that is {@code public}; empty if none comes next. */
    String name() {
        StringBuilder name = new StringBuilder();
        while (!atEnd() && isName(tokens.get(at))) {
            name.append(next().name());
            if (!accept(".")) {
                break;
            }
            name.append('.');
        }
        String full = name.toString();
        return full.startsWith("public.") ? full.substring("public.".length()) : full;
    }

    private static boolean isName(SqlToken token) {
        return token.kind() == SqlToken.Kind.WORD || token.kind() == SqlToken.Kind.NAME;
    }

    /** Whether these words follow each other somewhere ahead, outside of parentheses. */
    boolean contains(String... words) {
        return indexOf(words) >= 0;
    }

    /** Whether one of these words stands somewhere ahead, in parentheses too. */
    boolean containsAnywhere(String... words) {
        for (int i = at; i < tokens.size(); i++) {
            if (matches(i, words)) {
                return true;
            }
        }
        return false;
    }

    /** What follows these words somewhere ahead, outside of parentheses; empty without them. */
    SqlCursor after(String... words) {
        int found = indexOf(words);
        return new SqlCursor(found < 0 ? List.of() : tokens.subList(found + words.length, tokens.size()));
    }

    private int indexOf(String... words) {
        int depth = 0;
        for (int i = at; i < tokens.size(); i++) {
            if (depth == 0 && matches(i, words)) {
                return i;
            }
            depth += tokens.get(i).is("(") ? 1 : tokens.get(i).is(")") ? -1 : 0;
        }
        return -1;
    }

    /** Reads what the parentheses that come next enclose; empty when none do. */
    SqlCursor parenthesized() {
        if (!sees("(")) {
            return new SqlCursor(List.of());
        }
        int start = at + 1;
        int depth = 0;
        do {
            SqlToken token = next();
            depth += token.is("(") ? 1 : token.is(")") ? -1 : 0;
        } while (depth > 0 && !atEnd());
        return new SqlCursor(tokens.subList(start, at - 1));
    }

    /** What is ahead, split at the commas outside of parentheses; empty parts are left out. */
    List<SqlCursor> parts() {
        List<SqlCursor> parts = new ArrayList<>();
        int depth = 0;
        int start = at;
        for (int i = at; i <= tokens.size(); i++) {
            boolean end = i == tokens.size();
            if (end || (depth == 0 && tokens.get(i).is(","))) {
                if (i > start) {
                    parts.add(new SqlCursor(tokens.subList(start, i)));
                }
                start = i + 1;
            } else {
                SqlToken token = tokens.get(i);
                depth += token.is("(") || token.is("[") ? 1 : token.is(")") || token.is("]") ? -1 : 0;
            }
        }
        return parts;
    }

    private boolean matches(int from, String... words) {
        if (from + words.length > tokens.size()) {
            return false;
        }
        for (int i = 0; i < words.length; i++) {
            if (!tokens.get(from + i).is(words[i])) {
                return false;
            }
        }
        return true;
    }
}
