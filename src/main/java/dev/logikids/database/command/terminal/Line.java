package dev.logikids.database.command.terminal;

import java.util.ArrayList;
import java.util.List;

/**
 * One line of a screen, as pieces of text.
 *
 * @param pieces from left to right
 */
public record Line(List<Piece> pieces) {

    private static final String PLAIN = "\u001B[0m";

    /** How a piece stands out; the words must tell the same without it. */
    public enum Style {
        NORMAL(""),
        STRONG("\u001B[1m"),
        FAINT("\u001B[2m"),
        GOOD("\u001B[32m"),
        WARNING("\u001B[33m"),
        BAD("\u001B[1;31m");

        private final String sequence;

        Style(String sequence) {
            this.sequence = sequence;
        }
    }

    /** Some text of one style. */
    public record Piece(String text, Style style) {}

    /** Returns an empty line. */
    public static Line empty() {
        return new Line(List.of());
    }

    /** Returns a line of one piece, without what would steer the terminal. */
    public static Line of(String text, Style style) {
        return empty().and(text, style);
    }

    public static Line of(String text) {
        return of(text, Style.NORMAL);
    }

    /** Returns this line with a piece added, without what would steer the terminal. */
    public Line and(String text, Style style) {
        List<Piece> more = new ArrayList<>(pieces);
        // other services answer anything; beyond ASCII nobody knows how many columns a character takes
        more.add(new Piece(text.replaceAll("[^ -~]", "?"), style));
        return new Line(List.copyOf(more));
    }

    public Line and(String text) {
        return and(text, Style.NORMAL);
    }

    public int length() {
        return pieces.stream().mapToInt(piece -> piece.text().length()).sum();
    }

    /** Returns as much of this line as fits; {@code ~} at the end stands for the rest. */
    public Line cut(int columns) {
        if (length() <= columns) {
            return this;
        }
        List<Piece> kept = new ArrayList<>();
        int room = Math.max(columns - 1, 0);
        for (Piece piece : pieces) {
            String text = piece.text().substring(0, Math.min(room, piece.text().length()));
            kept.add(new Piece(text, piece.style()));
            room -= text.length();
        }
        kept.add(new Piece("~".substring(0, Math.min(columns, 1)), Style.FAINT));
        return new Line(kept);
    }

    /** Returns the text, with the sequences of colours if they are wanted. */
    public String text(boolean colours) {
        StringBuilder text = new StringBuilder();
        for (Piece piece : pieces) {
            boolean styled =
                    colours && piece.style() != Style.NORMAL && !piece.text().isEmpty();
            text.append(styled ? piece.style().sequence : "")
                    .append(piece.text())
                    .append(styled ? PLAIN : "");
        }
        return text.toString();
    }

    @Override
    public String toString() {
        return text(false);
    }
}
