package dev.logikids.database.admin;

import com.fasterxml.jackson.databind.JsonNode;
import dev.logikids.database.http.JsonBody;
import dev.logikids.database.invite.InviteService;
import dev.logikids.database.problem.ApiException;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * The body of {@code POST /api/admin/invites}.
 *
 * @param count how many codes, 1 if it is missing
 * @param note of each
 * @param validFor how long they are valid, 7 days if it is missing
 */
record InviteOrder(
        @Schema(minimum = "1", maximum = "100", defaultValue = "1", examples = "30")
        int count,

        @Schema(maxLength = InviteService.MAX_NOTE, examples = "Class 3b")
        Optional<String> note,

        @Schema(name = "valid_for", format = "duration", defaultValue = "P7D", examples = "P14D")
        Duration validFor) {

    /** @throws ApiException VALIDATION for a field out of its bounds, or what {@link JsonBody} throws */
    static InviteOrder from(JsonBody body) {
        return new InviteOrder(count(body), note(body), validFor(body));
    }

    private static int count(JsonBody body) {
        JsonNode count = body.field("count");
        if (count.isMissingNode() || count.isNull()) {
            return 1;
        }
        if (!count.isInt() || count.intValue() < 1 || count.intValue() > InviteService.MAX_COUNT) {
            throw Parameters.invalid("count", "must be 1 to " + InviteService.MAX_COUNT, "invalid_number");
        }
        return count.intValue();
    }

    private static Optional<String> note(JsonBody body) {
        JsonNode note = body.field("note");
        if (note.isMissingNode() || note.isNull()) {
            return Optional.empty();
        }
        if (!note.isTextual() || note.textValue().length() > InviteService.MAX_NOTE) {
            throw Parameters.invalid(
                    "note", "must be a text of at most " + InviteService.MAX_NOTE + " characters", "too_big");
        }
        return Optional.of(note.textValue().strip()).filter(text -> !text.isEmpty());
    }

    private static Duration validFor(JsonBody body) {
        JsonNode validFor = body.field("valid_for");
        if (validFor.isMissingNode() || validFor.isNull()) {
            return InviteService.VALID_FOR;
        }
        try {
            Duration duration = Duration.parse(validFor.asText());
            if (duration.compareTo(InviteService.MIN_VALID_FOR) >= 0
                    && duration.compareTo(InviteService.MAX_VALID_FOR) <= 0) {
                return duration;
            }
        } catch (DateTimeException | ArithmeticException e) {
            // answered below
        }
        throw Parameters.invalid(
                "valid_for",
                "must be a duration such as P7D or PT12H, from PT1M to P" + InviteService.MAX_VALID_FOR.toDays() + "D",
                "invalid_string");
    }

    @Override
    public String toString() {
        return "InviteOrder[count=" + count + "]";
    }
}
