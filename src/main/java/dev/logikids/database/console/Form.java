package dev.logikids.database.console;

import io.netty.handler.codec.http.QueryStringDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * The fields of a form that this console gave to this session: {@link ConsoleGate} lets no other one pass. Resource methods
 * take it as {@code @Context Form form}.
 */
public final class Form {

    static final String CSRF = "csrf";

    private static final int MAX_FIELDS = 200;

    private final Map<String, List<String>> fields;

    private Form(Map<String, List<String>> fields) {
        this.fields = Map.copyOf(fields);
    }

    /** @throws IllegalArgumentException if it is no such text */
    static Form parse(String urlencoded) {
        return new Form(new QueryStringDecoder(urlencoded, StandardCharsets.UTF_8, false, MAX_FIELDS).parameters());
    }

    /** The value of the field without blanks around it; an empty text if the form does not have it. */
    String text(String field) {
        List<String> values = texts(field);
        return values.isEmpty() ? "" : values.get(0).strip();
    }

    /** All values of the field, as of checkboxes with one name. */
    List<String> texts(String field) {
        return fields.getOrDefault(field, List.of());
    }

    /** Whether all fields are the same. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Form form && fields.equals(form.fields);
    }

    @Override
    public int hashCode() {
        return fields.hashCode();
    }

    /** Without values: they may be secrets. */
    @Override
    public String toString() {
        return "Form" + fields.keySet();
    }
}
