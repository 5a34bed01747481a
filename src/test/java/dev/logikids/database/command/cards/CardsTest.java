package dev.logikids.database.command.cards;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.zxing.common.BitMatrix;
import com.google.zxing.qrcode.decoder.Decoder;
import dev.logikids.database.invite.InviteRow;
import dev.logikids.database.invite.QrCode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The printed cards, and what a phone reads from them. */
class CardsTest {

    private static final int QUIET_ZONE = 4;

    @ParameterizedTest
    @ValueSource(strings = {"WRNN-UKME", "ABCD-2345", "ZZZZ-9999", "AAAA-AAAA"})
    void anotherImplementationReadsTheCode(String code) throws Exception {
        QrCode symbol = QrCode.of(code);
        BitMatrix modules = new BitMatrix(symbol.size() - 2 * QUIET_ZONE);
        symbol.bars().forEach(bar -> modules.setRegion(bar.x() - QUIET_ZONE, bar.y() - QUIET_ZONE, bar.width(), 1));

        assertThat(new Decoder().decode(modules).getText()).isEqualTo(code);
        assertThat(symbol.svg())
                .startsWith("<svg ")
                .contains("viewBox=\"0 0 " + symbol.size() + " " + symbol.size() + "\"")
                .doesNotContain("style", code);
        assertThat(symbol).hasToString("QrCode[***]");
    }

    @Test
    void aPdfHasTenCardsOnAPageAndAnIndexThatIsRight() {
        String pdf = pdf(IntStream.range(0, 21)
                .mapToObj(i -> invite("CODE-00" + (10 + i), ""))
                .toList());

        assertThat(pdf).startsWith("%PDF-1.4\n").endsWith("%%EOF\n");
        assertThat(pdf.split("/Type /Page ", -1)).hasSize(1 + 3);
        Matcher start = Pattern.compile("startxref\n(\\d+)\n").matcher(pdf);
        assertThat(start.find()).isTrue();
        assertThat(pdf.substring(Integer.parseInt(start.group(1)))).startsWith("xref\n");
        Matcher entry = Pattern.compile("(\\d{10}) 00000 n ").matcher(pdf);
        for (int number = 1; entry.find(); number++) {
            assertThat(pdf.substring(Integer.parseInt(entry.group(1)))).startsWith(number + " 0 obj\n");
        }
        Matcher stream = Pattern.compile("/Length (\\d+) >>\nstream\n(.*?)\nendstream", Pattern.DOTALL)
                .matcher(pdf);
        while (stream.find()) {
            assertThat(stream.group(2)).hasSize(Integer.parseInt(stream.group(1)));
        }
        assertThat(texts(pdf)).contains("CODE-0010", "CODE-0030", "gültig bis · valid until", "2026-12-02 22:40 UTC");
    }

    @Test
    void aLongNoteIsBrokenIntoLinesAndItsEndIsMarked() {
        List<String> lines = PdfText.lines("Klasse 3b – " + "Müller und Söhne ".repeat(10), 100, 8, 3);

        assertThat(lines).hasSize(3).first().asString().startsWith("Klasse 3b – Müller");
        assertThat(lines.get(2)).endsWith("…");
        assertThat(PdfText.lines("W".repeat(40), 100, 8, 3)).hasSize(3);
        assertThat(PdfText.lines("", 100, 8, 3)).isEmpty();
        assertThat(PdfText.lines("short", 100, 8, 3)).containsExactly("short");
    }

    @ParameterizedTest
    @CsvSource({"Łukasz, U+0141 Ł", "Ünal Ğ, U+011E Ğ", "ok 😀, U+1F600", "a\u001bb, U+001B"})
    void whatThePdfCannotShowIsSaid(String note, String character) {
        assertThat(CardFormat.PDF.unprintable(note)).contains(character);
        assertThat(CardFormat.HTML.unprintable(note)).isEmpty();
    }

    @Test
    void whatThePdfCanShowIsShown() {
        // the last one is composed of two characters
        for (String note : List.of("Ärger & Größe", "5 € „so“ – 'x' (y) \\z", "re\u0301sume\u0301")) {
            assertThat(CardFormat.PDF.unprintable(note)).isEmpty();
        }
        assertThat(texts(pdf(List.of(invite("ABCD-EFGH", "5 € „so“ (y) \\z"))))).contains("5 € „so“ (y) \\z");
        assertThat(texts(pdf(List.of(invite("ABCD-EFGH", "re\u0301sume\u0301")))))
                .contains("résumé");
    }

    @Test
    void anHtmlPageNeedsNothingElseAndRunsNothing() {
        String page = new String(
                CardFormat.HTML.render(List.of(invite("ABCD-EFGH", "<script>alert(1)</script> & Łukasz"))),
                StandardCharsets.UTF_8);

        assertThat(page)
                .contains("ABCD-EFGH", "&lt;script&gt;alert(1)&lt;/script&gt; &amp; Łukasz", "default-src 'none'")
                .doesNotContain("<script", "src=", "href=", "url(");
    }

    @Test
    void theEndingOfTheFileSaysTheFormat() {
        assertThat(CardFormat.of(Path.of("a", "x.PDF"))).contains(CardFormat.PDF);
        assertThat(CardFormat.of(Path.of("x.html"))).contains(CardFormat.HTML);
        assertThat(Stream.of("x", "pdf", "x.htm", "x.pdf.txt").map(Path::of).map(CardFormat::of))
                .allMatch(Optional::isEmpty);
    }

    private static InviteRow invite(String code, String note) {
        return new InviteRow(code, 0, 1_796_251_200_000L, Optional.of(note), Optional.empty());
    }

    private static String pdf(List<InviteRow> invites) {
        return new String(CardFormat.PDF.render(invites), StandardCharsets.ISO_8859_1);
    }

    /** The texts that a page draws, decoded by another table than ours. */
    private static List<String> texts(String pdf) {
        List<String> texts = new ArrayList<>();
        Matcher text = Pattern.compile("<([0-9a-f]*)> Tj").matcher(pdf);
        while (text.find()) {
            byte[] bytes = java.util.HexFormat.of().parseHex(text.group(1));
            texts.add(new String(bytes, java.nio.charset.Charset.forName("windows-1252")));
        }
        return texts;
    }
}
