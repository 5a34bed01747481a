package dev.logikids.database.command.cards;

import dev.logikids.database.invite.InviteRow;
import dev.logikids.database.invite.QrCode;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The cards as one HTML file, for a browser to print on A4. */
final class HtmlCards {

    private static final String HEAD = """
            <!DOCTYPE html>
            <html lang="de">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <meta name="viewport" content="width=device-width">
            <title>%s</title>
            <style>
            @page { size: A4; margin: 13mm 20mm }
            :root { color-scheme: light }
            body { margin: 0; font: 8pt/1.3 Helvetica, Arial, sans-serif; color: #000; background: #fff }
            main { display: grid; grid-template-columns: 85mm 85mm }
            article { display: grid; grid-template-columns: 1fr 40mm; align-items: center; box-sizing: border-box; width: 85mm;
              height: 54mm; padding: 0 1mm 0 5mm; border: .2mm solid #aaa; overflow: hidden; break-inside: avoid }
            svg { display: block; width: 40mm; height: 40mm }
            h2 { margin: 0; font-size: 16pt }
            p { margin: 0 0 2mm }
            .code { margin: 4mm 0; font: bold 19pt "Courier New", monospace; white-space: nowrap }
            .note { margin: 0; max-height: 10.5mm; overflow: hidden; overflow-wrap: anywhere }
            @media screen { main { justify-content: center; padding: 5mm } }
            </style>
            </head>
            <body>
            <main>
            """;

    private HtmlCards() {}

    static byte[] render(List<InviteRow> invites) {
        StringBuilder page = new StringBuilder(HEAD.formatted(CardText.TITLE));
        invites.forEach(invite -> page.append(card(invite)));
        return page.append("</main>\n</body>\n</html>\n").toString().getBytes(StandardCharsets.UTF_8);
    }

    private static String card(InviteRow invite) {
        return """
                <article><div><h2>%s</h2><p>%s</p><p class="code">%s</p><p>%s<br>%s</p><p class="note">%s</p></div>%s</article>
                """.formatted(
                        CardText.NAME,
                        CardText.KIND,
                        escaped(invite.code()),
                        CardText.VALID_UNTIL,
                        CardText.validUntil(invite),
                        escaped(invite.note().orElse("")),
                        QrCode.of(invite.code()).svg());
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
