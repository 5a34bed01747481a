package dev.logikids.database.command.cards;

import dev.logikids.database.invite.InviteRow;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** A form of printable cards, ten on a page of A4, each with a code as text and as QR code; by the ending of the file. */
public enum CardFormat {
    /** With fonts that every PDF reader has, which know western European letters only. */
    PDF {
        @Override
        public Optional<String> unprintable(String note) {
            return PdfText.unprintable(note);
        }

        @Override
        public byte[] render(List<InviteRow> invites) {
            return PdfCards.render(invites);
        }
    },
    /** One file without references to others; any letters. */
    HTML {
        @Override
        public Optional<String> unprintable(String note) {
            return Optional.empty();
        }

        @Override
        public byte[] render(List<InviteRow> invites) {
            return HtmlCards.render(invites);
        }
    };

    /** Returns the format for a file of that name; empty for an unknown ending. */
    public static Optional<CardFormat> of(Path file) {
        String name = file.toString().toLowerCase(Locale.ROOT);
        return Stream.of(values())
                .filter(format -> name.endsWith("." + format.name().toLowerCase(Locale.ROOT)))
                .findFirst();
    }

    /** Returns the first character of a note that this format cannot show, if any. */
    public abstract Optional<String> unprintable(String note);

    /** Returns the content of the file. */
    public abstract byte[] render(List<InviteRow> invites);
}
