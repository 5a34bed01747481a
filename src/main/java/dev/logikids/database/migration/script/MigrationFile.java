package dev.logikids.database.migration.script;

import dev.logikids.database.digest.Digest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One migration: a plain SQL file. */
public final class MigrationFile {

    static final String BYTE_ORDER_MARK = "\uFEFF";

    private static final Pattern NAME = Pattern.compile("(\\d{3,9})_[a-z0-9_]+\\.sql");

    /** {@code schema_migrations.migration_name} is a VARCHAR(255). */
    private static final int NAME_LENGTH = 255;

    private final String name;
    private final String sql;
    private final Defect defect;
    private MigrationHeader header;
    private List<SqlStatement> statements;

    /**
     * Something that makes a file unreadable.
     *
     * @param line where, counted from 1
     * @param reason what is wrong, and what to do
     */
    public record Defect(int line, String reason) {}

    /**
     * Takes a text as it is, without its byte order mark; it is parsed when its statements are asked for.
     *
     * @param name the file name with {@code .sql}, as {@code schema_migrations.migration_name} holds it
     * @param sql the text of the file
     */
    public MigrationFile(String name, String sql) {
        this(name, sql, null);
    }

    private MigrationFile(String name, String text, Defect defect) {
        this.name = name;
        this.sql = text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
        this.defect = defect != null || !sql.startsWith(BYTE_ORDER_MARK)
                ? defect
                : new Defect(1, "the file begins with two byte order marks; remove them");
    }

    /** Takes the content of a file; one that is not UTF-8 has a {@link #defect}. */
    public static MigrationFile of(String name, byte[] content) {
        return new MigrationFile(
                name,
                new String(content, StandardCharsets.UTF_8),
                Encoding.defect(content).orElse(null));
    }

    /** Stands for something in the folder that is not a file, with the reason why it cannot be read. */
    public static MigrationFile unreadable(String name, String reason) {
        return new MigrationFile(name, "", new Defect(1, reason));
    }

    /** The file name with {@code .sql}; with its folder in front if that is not the one of the migrations. */
    public String name() {
        return name;
    }

    /** The text of the file. */
    public String sql() {
        return sql;
    }

    /** What makes the text unreadable, so that nothing else of this file can be trusted. */
    public Optional<Defect> defect() {
        return Optional.ofNullable(defect);
    }

    /** The number in front of the name; empty when the name is not {@code NNN_name.sql}. */
    public Optional<Integer> number() {
        Matcher matcher = NAME.matcher(name);
        return matcher.matches() && name.length() <= NAME_LENGTH
                ? Optional.of(Integer.valueOf(matcher.group(1)))
                : Optional.empty();
    }

    /** The comments that open the file. */
    public synchronized MigrationHeader header() {
        if (header == null) {
            header = MigrationHeader.of(sql);
        }
        return header;
    }

    /** The value of a header line such as {@code -- Description: …} among the comments that open the file. */
    public Optional<String> header(String key) {
        return header().value(key);
    }

    /** False when the header says {@code -- Transaction: none}: each statement then commits on its own. */
    public boolean transactional() {
        return header("Transaction").filter("none"::equalsIgnoreCase).isEmpty();
    }

    /**
     * The statements of the file in order, parsed once; each is cut out of the text when it is asked for. BEGIN and COMMIT
     * round the whole file are left out: they mean the transaction that it runs in anyway.
     *
     * @throws SqlSyntaxException when the text ends inside a token
     */
    public synchronized List<SqlStatement> statements() {
        if (statements == null) {
            List<SqlStatement> all = SqlStatements.split(sql);
            statements = transactional() && isOneTransaction(all) ? all.subList(1, all.size() - 1) : all;
        }
        return statements;
    }

    /** SHA-256 of the text, as {@code sha256:} and hex; line endings and trailing blanks do not change it. */
    public String fingerprint() {
        MessageDigest digest = Digest.sha256();
        int lineEnds = -1;
        for (String line : (Iterable<String>) sql.lines()::iterator) {
            lineEnds++;
            byte[] text = line.stripTrailing().getBytes(StandardCharsets.UTF_8);
            if (text.length > 0) {
                digest.update("\n".repeat(lineEnds).getBytes(StandardCharsets.UTF_8));
                digest.update(text);
                lineEnds = 0;
            }
        }
        return "sha256:" + HexFormat.of().formatHex(digest.digest());
    }

    private static boolean isOneTransaction(List<SqlStatement> statements) {
        int last = statements.size() - 1;
        return last > 0
                && TransactionControl.of(statements.get(0)) == TransactionControl.BEGIN
                && TransactionControl.of(statements.get(last)) == TransactionControl.COMMIT;
    }
}
