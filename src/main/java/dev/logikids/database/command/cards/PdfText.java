package dev.logikids.database.command.cards;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Text in the encoding WinAnsiEncoding (ISO 32000-1, annex D) of the fonts that every PDF reader has. */
final class PdfText {

    /** The characters of 0x80 to 0x9F; a blank stands for none. */
    private static final String FROM_0X80 = "€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ";

    /** The widths of Helvetica from the blank to the tilde, in 1/1000 of its size (Adobe's metrics of the font). */
    private static final int[] WIDTHS = {
        278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556,
                556, 556,
        556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833,
                722, 778,
        667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556,
                278, 556,
        556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334,
                584
    };

    /** Letters with accents are as wide as those without; nothing is wider than this. */
    private static final int WIDEST = 1015;

    private PdfText() {}

    /** Returns the first character that has no code, if any. */
    static Optional<String> unprintable(String text) {
        return normalised(text)
                .codePoints()
                .filter(character -> code(character) < 0)
                .mapToObj(character -> "U+%04X".formatted(character)
                        + (Character.isLetter(character) ? " " + Character.toString(character) : ""))
                .findFirst();
    }

    /** Returns a text as a hexadecimal string of PDF, which needs no escapes. */
    static String hex(String text) {
        StringBuilder hex = new StringBuilder("<");
        normalised(text).codePoints().forEach(character -> hex.append("%02x".formatted(code(character))));
        return hex.append('>').toString();
    }

    /** Breaks a text at blanks, or inside of words that are too long; what does not fit into the last line ends with "…". */
    static List<String> lines(String text, double width, double size, int most) {
        List<String> lines = new ArrayList<>();
        String rest = normalised(text).strip();
        while (!rest.isEmpty()) {
            int fits = fitting(rest, width, size);
            if (fits == rest.length()) {
                lines.add(rest);
                return lines;
            }
            if (lines.size() == most - 1) {
                lines.add(rest.substring(0, fitting(rest, width - size, size)).strip() + "…");
                return lines;
            }
            int blank = rest.lastIndexOf(' ', fits);
            int end = blank > 0 ? blank : Math.max(fits, 1);
            lines.add(rest.substring(0, end).strip());
            rest = rest.substring(end).strip();
        }
        return lines;
    }

    private static int fitting(String text, double width, double size) {
        double left = width * 1000 / size;
        for (int i = 0; i < text.length(); i++) {
            left -= width(text.charAt(i));
            if (left < 0) {
                return i;
            }
        }
        return text.length();
    }

    private static int width(char character) {
        char letter = Normalizer.normalize(String.valueOf(character), Normalizer.Form.NFD)
                .charAt(0);
        return letter >= ' ' && letter <= '~' ? WIDTHS[letter - ' '] : WIDEST;
    }

    /** Composed letters, and blanks for line ends. */
    private static String normalised(String text) {
        return Normalizer.normalize(text, Normalizer.Form.NFC).replaceAll("\\s+", " ");
    }

    private static int code(int character) {
        if ((character >= ' ' && character <= '~') || (character >= 0xA0 && character <= 0xFF)) {
            return character;
        }
        int index = FROM_0X80.indexOf(character);
        return index < 0 ? -1 : 0x80 + index;
    }
}
