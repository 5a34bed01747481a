package dev.logikids.database.sync;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The bytes of a blob's answer are those that Jackson would write, whatever text is stored. */
class SyncDataWriterTest {

    private static final ObjectMapper JACKSON = new ObjectMapper();
    private static final SyncDataWriter WRITER = new SyncDataWriter(JACKSON);

    @Test
    void everyCharacterAtEveryPlaceOfALong() throws Exception {
        for (int c = 1; c <= Character.MAX_CODE_POINT; c = c < 0x3000 ? c + 1 : c + 0x1f3) {
            // a lone surrogate is no text that PostgreSQL stores
            if (c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE) {
                for (int place = 0; place < 9; place++) {
                    assertSameAsJackson("A".repeat(place) + Character.toString(c) + "/+=z");
                }
            }
        }
    }

    @Test
    void textsOfManyKinds() throws Exception {
        Random random = new Random(7);
        for (int round = 0; round < 3_000; round++) {
            int highest = new int[] {0x20, 0x7f, 0x80, 0x100, 0xd800}[random.nextInt(5)];
            assertSameAsJackson(random.ints(random.nextInt(100), 1, highest)
                    .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                    .toString());
        }
        assertSameAsJackson("QUJD".repeat(250_000));
        assertSameAsJackson("QUJD".repeat(250_000 - 1) + "QUJ\"");
        assertSameAsJackson("");
    }

    private static void assertSameAsJackson(String blob) throws Exception {
        SyncData data = new SyncData(blob, "MTIzNDU2Nzg5MDEy", "1767225600000", "0123456789abcdef".repeat(4));
        assertThat(Arrays.equals(WRITER.json(data), JACKSON.writeValueAsBytes(data)))
                .as("the same bytes for %s", blob)
                .isTrue();
    }
}
