package dev.logikids.database.token;

import static org.assertj.core.api.Assertions.assertThat;

import dev.logikids.database.problem.ApiException;
import dev.logikids.database.user.UserId;
import java.lang.management.ManagementFactory;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import javax.management.JMException;
import javax.management.ObjectName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class VerifiedTokensTest {

    private static final int BYTES = VerifiedTokens.HEAP_BYTES_PER_TOKEN;

    private final VerifiedTokens tokens = new VerifiedTokens(1_000L * BYTES);

    @Test
    void aTokenIsFoundByEachOfItsCharacters() {
        AccessClaims claims = claims();
        tokens.add("header.payload.signature", claims);

        assertThat(tokens.claims("header.payload.signature")).contains(claims);
        assertThat(tokens.claims("header.payload.signaturE")).isEmpty();
        assertThat(tokens.claims("header.payload.signature ")).isEmpty();
        assertThat(tokens.claims("Header.payload.signature")).isEmpty();
        assertThat(tokens.claims("")).isEmpty();
    }

    @Test
    void theHeapBoundsThem() {
        IntStream.range(0, 20_000).forEach(i -> tokens.add("token " + i, claims()));

        assertThat(IntStream.range(0, 20_000)
                        .filter(i -> tokens.claims("token " + i).isPresent()))
                .hasSizeBetween(500, 1_000);
    }

    @Test
    @Tag("exhaustive")
    void anEntryTakesLessThanAnEighthOfItsShareOfTheHeap() {
        VerifiedTokens many = new VerifiedTokens(100_000L * BYTES);
        // what else lives in this process hardly changes meanwhile
        long before = heapInUse();
        IntStream.range(0, 100_000).forEach(i -> many.add("token " + i, claims()));
        long bytes = (heapInUse() - before) / 100_000;

        assertThat(many.claims("token 0")).isPresent();
        assertThat(bytes).as("bytes of an entry").isLessThan(BYTES / 8L);
    }

    @Test
    void tokensThatAreNotGoodAreNotKept() throws JMException {
        AccessTokens good =
                AccessTokensTest.tokens(Map.of("JWT_SECRET", "a secret of this test, 32 bytes or more"), 1_800_000_000);
        String token = good.issue(new UserId(UUID.randomUUID().toString()), "A");
        String header = "Bearer " + token.substring(0, token.lastIndexOf('.') + 1);
        good.verify("Bearer " + token);
        long kept = keys();

        for (int i = 0; i < 5_000; i++) {
            byte[] signature = new byte[32];
            signature[i % 32] = (byte) i;
            signature[31 - i % 16] ^= (byte) (i >> 8);
            String bad = header + Base64.getUrlEncoder().withoutPadding().encodeToString(signature);
            try {
                good.verify(bad);
                throw new AssertionError("accepted: " + bad);
            } catch (ApiException refused) {
                // as it must be
            }
        }

        assertThat(keys()).isEqualTo(kept).isPositive();
        assertThat(good.verify("Bearer " + token)).isNotNull();
    }

    @Test
    void nothingOfThemIsWrittenOut() {
        assertThat(claims().toString()).isEqualTo("AccessClaims[***]");
    }

    private static AccessClaims claims() {
        return new AccessClaims(Optional.of(new UserId(UUID.randomUUID().toString())), Long.MIN_VALUE, 1_800_000_000);
    }

    private static long heapInUse() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    /** How many entries live in this process. */
    private static long keys() throws JMException {
        String histogram = (String) ManagementFactory.getPlatformMBeanServer()
                .invoke(
                        new ObjectName("com.sun.management:type=DiagnosticCommand"),
                        "gcClassHistogram",
                        new Object[] {new String[0]},
                        new String[] {String[].class.getName()});
        return histogram
                .lines()
                .filter(line -> line.contains(VerifiedTokens.class.getName() + "$Key"))
                .mapToLong(line -> Long.parseLong(line.trim().split("\\s+")[1]))
                .sum();
    }
}
