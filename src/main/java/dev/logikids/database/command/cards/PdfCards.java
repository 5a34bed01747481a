package dev.logikids.database.command.cards;

import dev.logikids.database.command.cards.PdfDocument.Font;
import dev.logikids.database.invite.InviteRow;
import dev.logikids.database.invite.QrCode;
import java.util.List;

/** Cards of 85 by 54 mm on A4, two beside each other and five below each other. */
final class PdfCards {

    private static final double MM = 72 / 25.4;
    private static final int COLUMNS = 2;
    private static final int ROWS = 5;
    private static final double WIDTH = 85 * MM;
    private static final double HEIGHT = 54 * MM;
    private static final double LEFT = (PdfDocument.WIDTH - COLUMNS * WIDTH) / 2;
    private static final double TOP = (PdfDocument.HEIGHT + ROWS * HEIGHT) / 2;
    private static final double PADDING = 5 * MM;
    private static final double QR = 40 * MM;
    private static final double NOTE_SIZE = 8;

    private PdfCards() {}

    static byte[] render(List<InviteRow> invites) {
        PdfDocument document = new PdfDocument(CardText.TITLE);
        for (int i = 0; i < invites.size(); i++) {
            int place = i % (COLUMNS * ROWS);
            if (place == 0) {
                document.newPage();
            }
            double x = LEFT + place % COLUMNS * WIDTH;
            double top = TOP - place / COLUMNS * HEIGHT;
            card(document, invites.get(i), x, top);
        }
        return document.toBytes();
    }

    private static void card(PdfDocument document, InviteRow invite, double x, double top) {
        document.thinFrame(x, top - HEIGHT, WIDTH, HEIGHT);
        double text = x + PADDING;
        document.text(Font.HELVETICA_BOLD, 16, text, top - 11 * MM, CardText.NAME);
        document.text(Font.HELVETICA, 8, text, top - 15 * MM, CardText.KIND);
        document.text(Font.COURIER_BOLD, 19, text, top - 26 * MM, invite.code());
        document.text(Font.HELVETICA, 7, text, top - 32 * MM, CardText.VALID_UNTIL);
        document.text(Font.HELVETICA, 8, text, top - 35.5 * MM, CardText.validUntil(invite));
        List<String> note = PdfText.lines(invite.note().orElse(""), WIDTH - QR - PADDING, NOTE_SIZE, 3);
        for (int i = 0; i < note.size(); i++) {
            document.text(Font.HELVETICA, NOTE_SIZE, text, top - (41 + 3.5 * i) * MM, note.get(i));
        }
        qrCode(document, QrCode.of(invite.code()), x + WIDTH - QR - 1 * MM, top - HEIGHT + (HEIGHT - QR) / 2);
    }

    private static void qrCode(PdfDocument document, QrCode code, double x, double bottom) {
        double module = QR / code.size();
        for (QrCode.Bar bar : code.bars()) {
            document.rectangle(
                    x + bar.x() * module, bottom + QR - (bar.y() + 1) * module, bar.width() * module, module);
        }
    }
}
