package dev.logikids.database.http;

import java.nio.ByteBuffer;

/**
 * A text of a JSON body that is the same in JSON, in UTF-8 and in ASCII: nothing in it is escaped.
 *
 * @param body the bytes around it, which are ASCII up to the text
 * @param openingQuote its index in the body
 * @param closingQuote its index in the body
 */
record PlainText(byte[] body, int openingQuote, int closingQuote) {

    // below it Jackson costs less than what is saved
    private static final int LONG = 1024;

    /**
     * The first text of at least 1 KB that is a value of the outermost object or array; if there is none, an empty one
     * outside the body.
     *
     * <p>Up to that text a JSON parser agrees with this search about where strings and brackets begin, because no string
     * before it has an escape; or it rejects the body at a byte before it. Hence it may read any other string in the text's
     * place.
     */
    static PlainText firstLong(byte[] body) {
        PlainText none = new PlainText(body, -1, -1);
        if (body.length < LONG) {
            return none;
        }
        int depth = 0;
        for (int i = 0; i < body.length; i++) {
            byte b = body[i];
            if (b <= 0) {
                // a byte order mark, UTF-16 or a longer sequence of UTF-8
                return none;
            } else if (b == '{' || b == '[') {
                depth++;
            } else if (b == '}' || b == ']') {
                depth--;
            } else if (b == '"') {
                int end = endOfString(body, i);
                if (end == body.length) {
                    return none;
                }
                if (end - i > LONG && depth == 1 && isValue(body, end)) {
                    return new PlainText(body, i, end);
                }
                i = end;
            }
        }
        return none;
    }

    /** The index of the closing quote; the length of the body if an escape, a control or no ASCII comes first. */
    private static int endOfString(byte[] body, int openingQuote) {
        for (int i = openingQuote + 1; i < body.length; i++) {
            byte b = body[i];
            if (b == '"') {
                return i;
            }
            // negative: no ASCII
            if (b < ' ' || b == '\\') {
                break;
            }
        }
        return body.length;
    }

    /** A name would be followed by a colon. */
    private static boolean isValue(byte[] body, int closingQuote) {
        int next = closingQuote + 1;
        return next < body.length && (body[next] == ',' || body[next] == '}');
    }

    /** The body with an empty string in the place of this text. */
    byte[] cutOut() {
        if (openingQuote < 0) {
            return body;
        }
        int before = openingQuote + 1;
        int after = body.length - closingQuote;
        byte[] rest = new byte[before + after];
        System.arraycopy(body, 0, rest, 0, before);
        System.arraycopy(body, closingQuote, rest, before, after);
        return rest;
    }

    /** What is between the quotes. */
    ByteBuffer content() {
        return ByteBuffer.wrap(body, openingQuote + 1, closingQuote - openingQuote - 1)
                .slice();
    }

    @Override
    public String toString() {
        return "PlainText";
    }
}
