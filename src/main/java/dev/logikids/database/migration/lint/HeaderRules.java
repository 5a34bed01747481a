package dev.logikids.database.migration.lint;

import dev.logikids.database.migration.script.MigrationFile;
import dev.logikids.database.migration.script.MigrationHeader;
import dev.logikids.database.migration.script.SqlToken;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The rules for the comments of a file: its header, and what only looks like a header. A key that is nearly
 * {@code Transaction} is refused wherever it stands before the first statement: the file would run in the wrong way.
 */
final class HeaderRules {

    private static final String TRANSACTION = "transaction";
    private static final Set<String> KEYS = Set.of("migration", "description", "date", TRANSACTION);

    /** What people write in front of prose; any other word with a colon in the header is a wrong key. */
    private static final Set<String> PROSE = Set.of("""
            attention author authors caution copyright example fixme hack http https important issue jira license lint note
            notes reason ref reference references reviewer see sql ticket todo usage version warning why xxx""".split("\\s"));

    /** {@code Key: value} in any letters, and with what is easily typed instead of the colon. */
    private static final Pattern LINE =
            Pattern.compile("([-+@!#*\\s]*)(\\p{L}[\\p{L}\\p{N}_-]*)\\s*([:=\uFF1A])(.*)", Pattern.DOTALL);

    /** The letters of a line that has no colon. */
    private static final Pattern WITHOUT_COLON =
            Pattern.compile("(no|non|not|without|disable)(in)?a?(ddl)?transact(ion|ions|ional)?"
                    + "|(run)?(in)?transact(ion|ions|ional)(none|off|false|never|no)");

    /** How many letters of a key may be wrong. */
    private static final int WRONG_LETTERS = 3;

    private static final Pattern NONE =
            Pattern.compile("none|off|false|no|never|disabled?|0", Pattern.CASE_INSENSITIVE);

    /** A first line of other tools, which cut a file into parts: a part of it would run when it should not. */
    private static final List<Pattern> OTHER_FORMATS = Stream.of(
                    // Liquibase's own expression for the first line of its formatted SQL
                    "\\s*--\\s*liquibase\\s*formatted.*",
                    "\\s*--\\s*\\+\\s*(goose|migrate)\\b.*",
                    "\\s*--\\s*migrate:(up|down)\\b.*",
                    "\\s*--\\s*/?/@undo\\b.*",
                    "\\s*(--|#)\\s*-*\\s*!(ups|downs)\\b.*",
                    "\\s*--\\s*atlas:txmode\\b.*")
            .map(expression -> Pattern.compile(expression, Pattern.CASE_INSENSITIVE | Pattern.DOTALL))
            .toList();

    private final LintContext context;

    HeaderRules(LintContext context) {
        this.context = context;
    }

    /** Checks the comments that open the file. */
    void checkHeader(MigrationFile file) {
        MigrationHeader header = file.header();
        boolean block = true;
        int blockEnd = 0;
        for (SqlToken comment : header.comments()) {
            block &= blockEnd == 0 || comment.line() <= blockEnd + 1;
            blockEnd = lastLine(comment);
            checkOpening(comment, block);
        }
        if (file.header("Description")
                .filter(Lint.DESCRIPTION_PLACEHOLDER::equals)
                .isPresent()) {
            context.add(LintRule.UNFINISHED_FILE, 1);
        }
        for (String key : List.of("Migration", "Description")) {
            if (file.header(key).filter(value -> !value.isEmpty()).isEmpty()) {
                context.add(LintRule.HEADER, 1, "begin the file with a line -- " + key + ": ...");
            }
        }
        if (file.header("Date").filter(HeaderRules::isDate).isEmpty()) {
            context.add(LintRule.HEADER, 1, "begin the file with a line -- Date: YYYY-MM-DD");
        }
    }

    /** The last line of a comment. */
    static int lastLine(SqlToken comment) {
        return comment.line()
                + (int) comment.text().chars().filter(c -> c == '\n').count();
    }

    /** Checks a comment after the first statement. */
    void checkLater(SqlToken comment) {
        checkOtherFormat(comment);
        MigrationHeader.Line.of(comment)
                .filter(line -> line.key().equalsIgnoreCase(TRANSACTION))
                .filter(line -> NONE.matcher(line.value()).matches())
                .ifPresent(line -> context.add(
                        LintRule.UNKNOWN_HEADER,
                        line.line(),
                        "-- Transaction: none belongs to the header, before the first statement"));
    }

    private void checkOpening(SqlToken comment, boolean block) {
        checkOtherFormat(comment);
        boolean asMeant = MigrationHeader.Line.of(comment)
                .filter(line -> line.key().equalsIgnoreCase(TRANSACTION))
                .filter(line -> line.value().equalsIgnoreCase("none"))
                .isPresent();
        if (asMeant) {
            return;
        }
        if (comment.text().startsWith("--")) {
            checkLine(comment.text().substring(2), comment.line(), block);
        } else {
            checkBlockComment(comment);
        }
    }

    private void checkBlockComment(SqlToken comment) {
        int line = comment.line();
        for (String text : (Iterable<String>) comment.text().lines()::iterator) {
            Matcher matcher = LINE.matcher(text.replaceAll("/\\*|\\*/", " "));
            if (matcher.matches() && isNearlyTransaction(matcher)) {
                refuseTransaction(line);
            }
            line++;
        }
    }

    private void checkLine(String text, int line, boolean block) {
        Matcher matcher = LINE.matcher(text);
        if (!matcher.matches()) {
            String letters = text.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}]", "");
            if (WITHOUT_COLON.matcher(letters).matches()) {
                refuseTransaction(line);
            }
        } else if (isNearlyTransaction(matcher)) {
            refuseTransaction(line);
        } else if (block && isUnknownKey(matcher)) {
            context.add(
                    LintRule.UNKNOWN_HEADER,
                    line,
                    LintRule.UNKNOWN_HEADER.advice + ", not " + matcher.group(2)
                            + "; put a blank line between the header and other comments");
        }
    }

    private static boolean isUnknownKey(Matcher line) {
        String key = line.group(2).toLowerCase(Locale.ROOT);
        String value = line.group(4);
        return line.group(1).matches("[-\\s]*")
                && line.group(3).equals(":")
                && (value.isEmpty() || Character.isWhitespace(value.charAt(0)))
                && !KEYS.contains(key)
                && !PROSE.contains(key);
    }

    private void refuseTransaction(int line) {
        context.add(
                LintRule.UNKNOWN_HEADER,
                line,
                "write -- Transaction: none, or leave this line out: without it the file runs in one transaction");
    }

    private static boolean isNearlyTransaction(Matcher line) {
        String key = line.group(2).toLowerCase(Locale.ROOT).replaceAll("[_-]", "");
        int wrong = distance(key, TRANSACTION);
        return key.contains("transact")
                || wrong <= 1
                || (wrong <= WRONG_LETTERS
                        && NONE.matcher(line.group(4).strip()).matches());
    }

    /** How many letters to insert, remove or replace (Levenshtein). */
    private static int distance(String a, String b) {
        int[] last = IntStream.rangeClosed(0, b.length()).toArray();
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = last[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replaced, 1 + Math.min(last[j], row[j - 1]));
            }
            last = row;
        }
        return last[b.length()];
    }

    private void checkOtherFormat(SqlToken comment) {
        String text = comment.text();
        if (OTHER_FORMATS.stream().anyMatch(format -> format.matcher(text).matches())) {
            context.add(LintRule.OTHER_FORMAT, comment.line());
        }
    }

    private static boolean isDate(String text) {
        try {
            return LocalDate.parse(text).getYear() > 0;
        } catch (DateTimeException e) {
            return false;
        }
    }
}
