package dev.logikids.database.migration;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Migration files, and what must come of them. The texts of {@code src/test/resources/oracle} hold many cases each, one subject
 * per text: most cases have less than ten lines, and hundreds of files could not be read at one go. A line of a case that begins
 * with three dashes and a blank is no SQL:
 *
 * <pre>
 * --- case: name (CRLF, BOM)         begins a case; in parentheses what is done to its text
 * --- next file                      the case goes on with a second migration file
 * --- refused: words                 the migrator refuses the files before their first statement, and says these words
 * --- fails: 42P01 line 3            psql and the migrator fail there, in the last file
 * --- fails: 23503 at commit         psql and the migrator fail after the last statement
 * </pre>
 *
 * <p>Without one of the last three, both succeed and leave the same database.
 *
 * @param files the content of each migration file, in order
 */
record OracleCase(String name, List<byte[]> files, Outcome outcome) {

    private static final Pattern HEAD = Pattern.compile("--- case: (\\w+)(?: \\((.*)\\))?");
    private static final Pattern FAILS = Pattern.compile("--- fails: (\\w{5}) (?:line (\\d+)|at commit)");
    private static final String REFUSED = "--- refused: ";
    private static final String NEXT_FILE = "--- next file";
    // U+2400, as a NUL in the repository would make Git take the text for a binary one
    private static final char SYMBOL_FOR_NUL = '\u2400';

    /** What must come of a case. */
    sealed interface Outcome {

        /** Both succeed, and their databases are equal. */
        record Equal() implements Outcome {}

        /** The migrator refuses the file with these words, and its database is unchanged. */
        record Refused(String words) implements Outcome {}

        /** Both fail, at this line or at the commit, and their databases are equal. */
        record Fails(String sqlState, OptionalInt line) implements Outcome {}
    }

    /** The names that the files of the case have in the folder of migrations. */
    List<String> fileNames() {
        return Stream.iterate(0, file -> file < files.size(), file -> file + 1)
                .map(file -> (900 + file) + "_" + name + ".sql")
                .toList();
    }

    @Override
    public String toString() {
        return name;
    }

    static List<OracleCase> all() {
        List<OracleCase> cases = new ArrayList<>();
        try (Stream<Path> texts = Files.list(folder())) {
            for (Path text : (Iterable<Path>)
                    texts.filter(path -> path.toString().endsWith(".sql")).sorted()::iterator) {
                // a split by line ends alone keeps form feeds and the like
                List<String> lines = List.of(Files.readString(text).split("\n"));
                int start = 0;
                for (int line = 1; line <= lines.size(); line++) {
                    if (line == lines.size() || HEAD.matcher(lines.get(line)).matches()) {
                        cases.add(parse(lines.subList(start, line)));
                        start = line;
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return cases;
    }

    static Path folder() {
        try {
            return Path.of(Objects.requireNonNull(OracleCase.class.getResource("/oracle"))
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static OracleCase parse(List<String> lines) {
        Matcher head = HEAD.matcher(lines.get(0));
        if (!head.matches()) {
            throw new IllegalStateException("no head of a case: " + lines.get(0));
        }
        String changes = Objects.requireNonNullElse(head.group(2), "");
        List<byte[]> files = new ArrayList<>();
        StringBuilder file = new StringBuilder();
        Outcome outcome = new Outcome.Equal();
        for (String line : lines.subList(1, lines.size())) {
            Matcher fails = FAILS.matcher(line);
            if (line.equals(NEXT_FILE)) {
                files.add(content(file.toString(), changes));
                file.setLength(0);
            } else if (line.startsWith(REFUSED)) {
                outcome = new Outcome.Refused(line.substring(REFUSED.length()));
            } else if (fails.matches()) {
                outcome = new Outcome.Fails(
                        fails.group(1),
                        fails.group(2) == null
                                ? OptionalInt.empty()
                                : OptionalInt.of(Integer.parseInt(fails.group(2))));
            } else if (line.startsWith("--- ")) {
                throw new IllegalStateException("unknown line of a case: " + line);
            } else {
                file.append(line).append('\n');
            }
        }
        files.add(content(file.toString(), changes));
        return new OracleCase(head.group(1), List.copyOf(files), outcome);
    }

    private static byte[] content(String text, String changes) {
        String content = text.replace(SYMBOL_FOR_NUL, '\0');
        Charset charset = StandardCharsets.UTF_8;
        for (String change : changes.isEmpty() ? new String[0] : changes.split(", ")) {
            switch (change) {
                case "CRLF" -> content = content.replace("\n", "\r\n");
                case "CR" -> content = content.replace('\n', '\r');
                case "BOM" -> content = "\uFEFF" + content;
                case "no newline" -> content = content.stripTrailing();
                case "ISO-8859-1", "UTF-16" -> charset = Charset.forName(change);
                default -> throw new IllegalStateException("unknown change of a text: " + change);
            }
        }
        return content.getBytes(charset);
    }
}
