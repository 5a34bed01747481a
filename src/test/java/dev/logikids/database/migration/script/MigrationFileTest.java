package dev.logikids.database.migration.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class MigrationFileTest {

    @Test
    void readsTheHeaderBehindAByteOrderMarkAndSendsNoneOfIt() {
        MigrationFile file = file("\uFEFF-- transaction: none\r\n-- Description: x\r\n\r\nSELECT '\uFEFF'");

        assertThat(file.defect()).isEmpty();
        assertThat(file.header("description")).contains("x");
        assertThat(file.transactional()).isFalse();
        assertThat(file.statements()).containsExactly(new SqlStatement("SELECT '\uFEFF'", 4));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "BEGIN; SELECT 1; SELECT 2; COMMIT",
                "-- x\nbegin work; SELECT 1; SELECT 2; end transaction; -- x",
                "/* x */ START TRANSACTION /* y */; SELECT 1; SELECT 2;; COMMIT AND NO CHAIN;;",
            })
    void leavesOutBeginAndCommitRoundTheFile(String sql) {
        assertThat(file(sql).statements()).extracting(SqlStatement::text).containsExactly("SELECT 1", "SELECT 2");
    }

    @Test
    void keepsEveryOtherTransactionControl() {
        assertThat(file("BEGIN; COMMIT").statements()).isEmpty();
        assertThat(file("BEGIN").statements()).hasSize(1);
        assertThat(file("SELECT 1; COMMIT").statements()).hasSize(2);
        assertThat(file("BEGIN READ ONLY; COMMIT").statements()).hasSize(2);
        assertThat(file("-- Transaction: none\nBEGIN; COMMIT").statements()).hasSize(2);
        assertThat(file("DO $$ BEGIN; COMMIT $$; SELECT 'COMMIT'").statements()).hasSize(2);
    }

    static Stream<Arguments> notUtf8() {
        return Stream.of(
                arguments(
                        bytes("SELECT 1;\n\nSELECT 'é'", StandardCharsets.ISO_8859_1),
                        3,
                        "byte 0xE9 at offset 19 is not UTF-8"),
                arguments(bytes("\uFEFFSELECT 1", StandardCharsets.UTF_16LE), 1, "this is UTF-16"),
                arguments(bytes("\uFEFFSELECT 1", StandardCharsets.UTF_16BE), 1, "this is UTF-16"),
                arguments(bytes("\uFEFFSELECT 1", Charset.forName("UTF-32LE")), 1, "this is UTF-32"),
                arguments(bytes("\uFEFFSELECT 1", Charset.forName("UTF-32BE")), 1, "this is UTF-32"),
                arguments(
                        bytes("SELECT 1", StandardCharsets.UTF_16LE),
                        1,
                        "byte 0x00 at offset 1 is nothing that PostgreSQL takes"),
                arguments(bytes("\r\rSELECT '\0'", StandardCharsets.UTF_8), 3, "byte 0x00 at offset 10 "),
                arguments(new byte[] {'-', '-', (byte) 0xC3}, 1, "byte 0xC3 at offset 2 is not UTF-8"),
                arguments(new byte[] {'-', '-', (byte) 0xC0, (byte) 0xAF}, 1, "byte 0xC0 at offset 2 is not UTF-8"),
                arguments(new byte[] {'-', '-', (byte) 0xED, (byte) 0xA0, (byte) 0x80}, 1, "byte 0xED at offset 2 "),
                arguments(bytes("\uFEFF\uFEFFSELECT 1", StandardCharsets.UTF_8), 1, "two byte order marks"));
    }

    @ParameterizedTest
    @MethodSource
    void notUtf8(byte[] content, int line, String reason) {
        assertThat(MigrationFile.of("006_a.sql", content).defect()).hasValueSatisfying(defect -> {
            assertThat(defect.line()).isEqualTo(line);
            assertThat(defect.reason()).contains(reason);
        });
    }

    @Test
    void takesAReplacementCharacterAndAnyOtherForWhatTheyAre() {
        assertThat(file("SELECT '\uFFFD\uD83D\uDE00\u00E9'").defect()).isEmpty();
        assertThat(file("x".repeat(8191) + "\u00E9\u20AC").defect()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "\n", "\n\nSELECT 1", "SELECT 1  \n\n  x\t\n\n \n", "a\rb", " \u2003\nSELECT 'ü'\u2003"})
    void fingerprintDoesNotSeeByteOrderMarkLineEndsAndTrailingBlanks(String sql) throws Exception {
        String normal = String.join("\n", sql.lines().map(String::stripTrailing).toList())
                .stripTrailing();
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes(normal, StandardCharsets.UTF_8));
        String expected = "sha256:" + HexFormat.of().formatHex(digest);

        assertThat(file(sql).fingerprint()).isEqualTo(expected);
        assertThat(file("\uFEFF" + sql.replace("\n", " \r\n")).fingerprint()).isEqualTo(expected);
        assertThat(file(sql + "\n-").fingerprint()).isNotEqualTo(expected);
    }

    private static MigrationFile file(String sql) {
        return MigrationFile.of("006_a.sql", bytes(sql, StandardCharsets.UTF_8));
    }

    private static byte[] bytes(String text, Charset charset) {
        return text.getBytes(charset);
    }
}
