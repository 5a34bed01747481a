package dev.logikids.database.migration.script;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** One migration: a plain SQL file. */
public final class MigrationFile {

    private static final Pattern NAME = Pattern.compile("(\\d{3,9})_[a-z0-9_]+\\.sql");
    private static final Pattern HEADER = Pattern.compile("^--\\s*(\\w+):[ \\t]*(.*?)\\s*$", Pattern.MULTILINE);

    private final String name;
    private final String sql;
    private List<SqlStatement> statements;

    /**
     * Takes a file as it is; its text is parsed when its statements are asked for.
     *
     * @param name the file name with {@code .sql}, as {@code schema_migrations.migration_name} holds it
     * @param sql the text of the file
     */
    public MigrationFile(String name, String sql) {
        this.name = name;
        this.sql = sql;
    }

    /** The file name with {@code .sql}. */
    public String name() {
        return name;
    }

    /** The text of the file. */
    public String sql() {
        return sql;
    }

    /** The number in front of the name; empty when the name is not {@code NNN_name.sql}. */
    public Optional<Integer> number() {
        Matcher matcher = NAME.matcher(name);
        return matcher.matches() ? Optional.of(Integer.valueOf(matcher.group(1))) : Optional.empty();
    }

    /** The value of a header line such as {@code -- Description: …} among the comments that open the file. */
    public Optional<String> header(String key) {
        String opening = sql.lines()
                .takeWhile(line -> line.isBlank() || line.startsWith("--"))
                .collect(Collectors.joining("\n"));
        return HEADER.matcher(opening)
                .results()
                .filter(found -> found.group(1).equals(key))
                .map(found -> found.group(2))
                .findFirst();
    }

    /** False when the header says {@code -- Transaction: none}: each statement then commits on its own. */
    public boolean transactional() {
        return header("Transaction").filter("none"::equals).isEmpty();
    }

    /**
     * The statements of the file in order, parsed once.
     *
     * @throws SqlSyntaxException when the text ends inside a token
     */
    public synchronized List<SqlStatement> statements() {
        if (statements == null) {
            statements = SqlStatements.split(sql);
        }
        return statements;
    }

    /** SHA-256 of the text, as {@code sha256:} and hex; line endings and trailing blanks do not change it. */
    public String fingerprint() {
        String normal = sql.lines()
                .map(String::stripTrailing)
                .collect(Collectors.joining("\n"))
                .stripTrailing();
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(normal.getBytes(StandardCharsets.UTF_8));
            return "sha256:" + HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
