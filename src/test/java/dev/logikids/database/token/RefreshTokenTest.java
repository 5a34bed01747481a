package dev.logikids.database.token;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

class RefreshTokenTest {

    private static final RefreshToken PRESENTED = new RefreshToken("ab".repeat(64));

    @Test
    void aNewTokenIs64BytesInLowerCaseHexAndUnlikeAnyOther() {
        assertThat(RefreshToken.random().text()).matches("[0-9a-f]{128}");
        assertThat(RefreshToken.random()).isNotEqualTo(RefreshToken.random());
    }

    /** A stored token must be found by every later release: this value never changes. */
    @Test
    void theStoredFormIsTheSha256OfTheText() {
        assertThat(new RefreshToken("abc").hash())
                .isEqualTo("sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    @Test
    void aStoredFormIsNeverLookedUpAsItIs() {
        RefreshToken leaked = new RefreshToken(PRESENTED.hash());

        assertThat(leaked.stored()).isNotEqualTo(PRESENTED.hash()).isEqualTo(leaked.hash());
        assertThat(PRESENTED.stored()).isEqualTo(PRESENTED.text());
    }

    @Test
    void theChildFollowsFromTokenAndSecretAlone() {
        assertThat(PRESENTED.child(secret("one"))).isEqualTo(PRESENTED.child(secret("one")));
        assertThat(PRESENTED.child(secret("one"))).isNotEqualTo(PRESENTED.child(secret("two")));
        assertThat(RefreshToken.random().child(secret("one"))).isNotEqualTo(PRESENTED.child(secret("one")));
        assertThat(PRESENTED.child(secret("one")).text()).matches("[0-9a-f]{128}");
    }

    @Test
    void aTokenIsNotWrittenOut() {
        assertThat(PRESENTED.toString()).doesNotContain("ab".repeat(8));
    }

    private static SecretKey secret(String text) {
        return new SecretKeySpec(text.repeat(32).getBytes(StandardCharsets.UTF_8), "HmacSHA256");
    }
}
