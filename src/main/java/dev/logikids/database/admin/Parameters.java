package dev.logikids.database.admin;

import dev.logikids.database.postgresql.Page;
import dev.logikids.database.postgresql.Page.Cursor;
import dev.logikids.database.problem.ApiException;
import dev.logikids.database.problem.FieldError;
import dev.logikids.database.problem.ProblemCode;
import dev.logikids.database.user.UserId;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads the parameters of {@code /api/admin}; each wrong one is a {@code VALIDATION} error that says what is allowed. */
final class Parameters {

    private static final int PAGE_SIZE = 50;

    private Parameters() {}

    /** Empty for a parameter that is missing or empty. */
    static Optional<String> text(String value) {
        return Optional.ofNullable(value).filter(given -> !given.isEmpty());
    }

    /** As {@link #text}, and nothing that PostgreSQL cannot store. */
    static Optional<String> storable(String field, String value) {
        return text(value).map(given -> {
            if (given.indexOf('\0') >= 0 || !StandardCharsets.UTF_8.newEncoder().canEncode(given)) {
                throw invalid(field, "holds a character that cannot be stored", "invalid_string");
            }
            return given;
        });
    }

    /** Reads a constant by its name in lower case; empty for a parameter that is missing or empty. */
    static <E extends Enum<E>> Optional<E> constant(String field, String value, Class<E> type) {
        return text(value)
                .map(given -> Stream.of(type.getEnumConstants())
                        .filter(constant -> name(constant).equals(given))
                        .findFirst()
                        .orElseThrow(() -> invalid(
                                field,
                                "must be one of "
                                        + Stream.of(type.getEnumConstants())
                                                .map(Parameters::name)
                                                .collect(Collectors.joining(", ")),
                                "invalid_enum_value")));
    }

    private static String name(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    static int size(String value) {
        String given = text(value).orElse(String.valueOf(PAGE_SIZE));
        boolean inRange =
                given.matches("\\d{1,3}") && Integer.parseInt(given) >= 1 && Integer.parseInt(given) <= Page.MAX_SIZE;
        if (!inRange) {
            throw invalid("size", "must be 1 to " + Page.MAX_SIZE, "invalid_number");
        }
        return Integer.parseInt(given);
    }

    static Optional<Cursor> cursor(String value) {
        return text(value)
                .map(given -> Cursor.parse(given)
                        .orElseThrow(
                                () -> invalid("after", "must be the 'next' of the page before", "invalid_string")));
    }

    /** An id that no account can have is no account's. */
    static UserId userId(String value) {
        return UserId.parse(Objects.requireNonNullElse(value, ""))
                .orElseThrow(() -> new ApiException(ProblemCode.ACCOUNT_NOT_FOUND));
    }

    static ApiException invalid(String field, String message, String code) {
        return new ApiException(ProblemCode.VALIDATION, List.of(new FieldError(field, message, code)));
    }
}
