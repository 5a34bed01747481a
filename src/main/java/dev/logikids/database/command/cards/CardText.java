package dev.logikids.database.command.cards;

import dev.logikids.database.invite.InviteRow;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** What is printed on every card, in both languages of the console: nobody knows which one its reader speaks. */
final class CardText {

    static final String NAME = "Logikids";
    static final String TITLE = "Logikids: Einladungen · Invites";
    static final String KIND = "Einladung · Invite";
    static final String VALID_UNTIL = "gültig bis · valid until";

    private static final DateTimeFormatter MINUTE =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'").withZone(ZoneOffset.UTC);

    private CardText() {}

    static String validUntil(InviteRow invite) {
        return MINUTE.format(Instant.ofEpochMilli(invite.expiresAt()));
    }
}
