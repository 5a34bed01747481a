package dev.logikids.database.migration.script;

import dev.logikids.database.migration.script.MigrationFile.Defect;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/** Says whether bytes are text in UTF-8, and where they are not. */
final class Encoding {

    private static final int CHUNK = 8192;

    private Encoding() {}

    /** Returns the first thing that is not UTF-8 text. A NUL is UTF-8, but no character that PostgreSQL takes. */
    static Optional<Defect> defect(byte[] content) {
        Optional<String> other = otherByteOrderMark(content);
        if (other.isPresent()) {
            return Optional.of(new Defect(1, "this is " + other.get() + "; save it as UTF-8"));
        }
        int nul = 0;
        while (nul < content.length && content[nul] != 0) {
            nul++;
        }
        int offset = Math.min(nul, malformed(content));
        return offset == content.length
                ? Optional.empty()
                : Optional.of(new Defect(
                        lineOf(offset, content),
                        String.format(
                                Locale.ROOT,
                                "byte 0x%02X at offset %d is %s; save the file as UTF-8",
                                content[offset],
                                offset,
                                content[offset] == 0 ? "nothing that PostgreSQL takes" : "not UTF-8")));
    }

    private static Optional<String> otherByteOrderMark(byte[] content) {
        if (begins(content, 0xFF, 0xFE, 0, 0) || begins(content, 0, 0, 0xFE, 0xFF)) {
            return Optional.of("UTF-32");
        }
        return begins(content, 0xFF, 0xFE) || begins(content, 0xFE, 0xFF) ? Optional.of("UTF-16") : Optional.empty();
    }

    private static boolean begins(byte[] content, int... bytes) {
        for (int i = 0; i < bytes.length; i++) {
            if (i >= content.length || Byte.toUnsignedInt(content[i]) != bytes[i]) {
                return false;
            }
        }
        return true;
    }

    /** The offset of the first malformed byte, or the length. */
    private static int malformed(byte[] content) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer in = ByteBuffer.wrap(content);
        CharBuffer out = CharBuffer.allocate(CHUNK);
        CoderResult result;
        do {
            out.clear();
            result = decoder.decode(in, out, true);
        } while (result.isOverflow());
        return result.isError() ? in.position() : content.length;
    }

    private static int lineOf(int offset, byte[] content) {
        int line = 1;
        for (int i = 0; i < offset; i++) {
            if (content[i] == '\n' || (content[i] == '\r' && content[i + 1] != '\n')) {
                line++;
            }
        }
        return line;
    }
}
