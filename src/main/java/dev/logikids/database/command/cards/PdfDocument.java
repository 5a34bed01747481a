package dev.logikids.database.command.cards;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A PDF 1.4 document of A4 pages with text and filled rectangles (ISO 32000-1): all that cards need. Libraries that do more
 * bring java.awt into a native executable (ADR 30). Lengths are points, 1/72 inch, from the lower left corner of a page.
 */
final class PdfDocument {

    static final double WIDTH = 595.28;
    static final double HEIGHT = 841.89;

    private final List<StringBuilder> pages = new ArrayList<>();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final List<Integer> offsets = new ArrayList<>();
    private final String title;

    PdfDocument(String title) {
        this.title = title;
    }

    /** One of the fonts that no document has to bring. */
    enum Font {
        HELVETICA("Helvetica"),
        HELVETICA_BOLD("Helvetica-Bold"),
        COURIER_BOLD("Courier-Bold");

        private final String name;

        Font(String name) {
            this.name = name;
        }
    }

    void newPage() {
        pages.add(new StringBuilder());
    }

    void text(Font font, double size, double x, double y, String text) {
        draw("BT /F%d %s Tf %s %s Td %s Tj ET", font.ordinal(), number(size), number(x), number(y), PdfText.hex(text));
    }

    void rectangle(double x, double y, double width, double height) {
        draw("%s %s %s %s re f", number(x), number(y), number(width), number(height));
    }

    void thinFrame(double x, double y, double width, double height) {
        draw("q 0.7 G 0.4 w %s %s %s %s re S Q", number(x), number(y), number(width), number(height));
    }

    /** Returns the file. */
    byte[] toBytes() {
        int fonts = 3;
        int firstPage = fonts + Font.values().length;
        StringBuilder kids = new StringBuilder();
        for (int i = 0; i < pages.size(); i++) {
            kids.append(firstPage + 2 * i).append(" 0 R ");
        }
        StringBuilder resources = new StringBuilder();
        for (Font font : Font.values()) {
            resources.append("/F%d %d 0 R ".formatted(font.ordinal(), fonts + font.ordinal()));
        }
        write("%PDF-1.4\n");
        object("<< /Type /Catalog /Pages 2 0 R >>");
        object("<< /Type /Pages /Kids [ %s] /Count %d /MediaBox [0 0 %s %s] /Resources << /Font << %s>> >> >>"
                .formatted(kids, pages.size(), number(WIDTH), number(HEIGHT), resources));
        for (Font font : Font.values()) {
            object("<< /Type /Font /Subtype /Type1 /BaseFont /%s /Encoding /WinAnsiEncoding >>".formatted(font.name));
        }
        for (int i = 0; i < pages.size(); i++) {
            object("<< /Type /Page /Parent 2 0 R /Contents %d 0 R >>".formatted(firstPage + 2 * i + 1));
            object("<< /Length %d >>\nstream\n%s\nendstream"
                    .formatted(pages.get(i).length(), pages.get(i)));
        }
        object("<< /Title %s >>".formatted(PdfText.hex(title)));
        int xref = bytes.size();
        write("xref\n0 %d\n0000000000 65535 f \n".formatted(offsets.size() + 1));
        offsets.forEach(offset -> write("%010d 00000 n \n".formatted(offset)));
        write("trailer\n<< /Size %d /Root 1 0 R /Info %d 0 R >>\nstartxref\n%d\n%%%%EOF\n"
                .formatted(offsets.size() + 1, offsets.size(), xref));
        return bytes.toByteArray();
    }

    private void draw(String operators, Object... values) {
        pages.get(pages.size() - 1).append(operators.formatted(values)).append('\n');
    }

    private void object(String content) {
        offsets.add(bytes.size());
        write(offsets.size() + " 0 obj\n" + content + "\nendobj\n");
    }

    private void write(String text) {
        // everything here is ASCII: one byte a character
        bytes.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.3f", value);
    }
}
