package dev.logikids.database.sync;

import jakarta.ws.rs.core.HttpHeaders;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The value of an {@code If-Match} or {@code If-None-Match} header (RFC 9110, section 13.1).
 *
 * @param any the header is {@code *}
 * @param strong the tags without {@code W/}, unquoted
 * @param all every tag, for the weak comparison, unquoted
 */
record EntityTags(boolean any, List<String> strong, List<String> all) {

    private static final Pattern TAG = Pattern.compile("(W/)?\"([^\"]*)\"");

    /** Reads all lines of one header; text that is not a tag is ignored. */
    static EntityTags of(HttpHeaders headers, String name) {
        List<String> strong = new ArrayList<>();
        List<String> all = new ArrayList<>();
        boolean any = false;
        for (String line : headers.getRequestHeader(name)) {
            any |= line.strip().equals("*");
            Matcher tag = TAG.matcher(line);
            while (tag.find()) {
                all.add(tag.group(2));
                if (tag.group(1) == null) {
                    strong.add(tag.group(2));
                }
            }
        }
        return new EntityTags(any, List.copyOf(strong), List.copyOf(all));
    }

    /** Whether no state of the data matches. */
    boolean isEmpty() {
        return !any && all.isEmpty();
    }
}
