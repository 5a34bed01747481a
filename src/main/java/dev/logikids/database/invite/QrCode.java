package dev.logikids.database.invite;

import java.util.ArrayList;
import java.util.List;

/**
 * The QR code of an invite code, which a phone reads from a printed card. It holds the code as text and nothing else, so
 * that no address of the service or of the front end is printed, and no code reaches the history of a browser.
 */
public final class QrCode {

    /** White modules around the code, without which scanners do not find it (ISO/IEC 18004). */
    private static final int QUIET_ZONE = 4;

    private final io.nayuki.qrcodegen.QrCode symbol;

    private QrCode(io.nayuki.qrcodegen.QrCode symbol) {
        this.symbol = symbol;
    }

    /**
     * Dark modules side by side in one row.
     *
     * @param x the column of the first, from the left
     * @param y the row, from the top
     * @param width how many
     */
    public record Bar(int x, int y, int width) {}

    /** Makes the symbol of a code. */
    public static QrCode of(String inviteCode) {
        // the library raises the error correction as far as the smallest symbol holds it
        return new QrCode(io.nayuki.qrcodegen.QrCode.encodeText(inviteCode, io.nayuki.qrcodegen.QrCode.Ecc.MEDIUM));
    }

    /** Returns the modules on each side, the white border included. */
    public int size() {
        return symbol.size + 2 * QUIET_ZONE;
    }

    /** Returns the dark modules, row by row; everything else is white. */
    public List<Bar> bars() {
        List<Bar> bars = new ArrayList<>();
        for (int y = 0; y < symbol.size; y++) {
            int x = 0;
            while (x < symbol.size) {
                int start = x;
                while (x < symbol.size && symbol.getModule(x, y)) {
                    x++;
                }
                if (x > start) {
                    bars.add(new Bar(start + QUIET_ZONE, y + QUIET_ZONE, x - start));
                } else {
                    x++;
                }
            }
        }
        return bars;
    }

    /**
     * Returns an {@code svg} element for an HTML page: dark on white, whatever the colours of the page, one unit a module. It
     * has no style and no size of its own, and is hidden from screen readers, for which the code stands beside it as text.
     */
    public String svg() {
        StringBuilder path = new StringBuilder();
        for (Bar bar : bars()) {
            path.append('M').append(bar.x()).append(' ').append(bar.y());
            path.append('h')
                    .append(bar.width())
                    .append("v1h-")
                    .append(bar.width())
                    .append('z');
        }
        return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %1$d %1$d\" aria-hidden=\"true\""
                        .formatted(size())
                + " shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h%1$dv%1$dH0z\"/>".formatted(size())
                + "<path fill=\"#000\" d=\"" + path + "\"/></svg>";
    }

    @Override
    public String toString() {
        return "QrCode[***]";
    }
}
