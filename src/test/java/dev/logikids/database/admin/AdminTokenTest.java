package dev.logikids.database.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the token of operators comes from, and which ones end the start. */
class AdminTokenTest {

    private static final String GOOD = "0123456789abcdef0123456789abcdef";

    @TempDir
    Path folder;

    @Test
    void itComesFromTheVariableOrItsFile() throws IOException {
        assertThat(token(Map.of("ADMIN_TOKEN", GOOD)).equalsInConstantTime(GOOD))
                .isTrue();
        assertThat(token(Map.of("ADMIN_TOKEN", GOOD)).equalsInConstantTime(GOOD + "0"))
                .isFalse();
        for (String end : new String[] {"", "\n", "\r\n"}) {
            assertThat(token(Map.of("ADMIN_TOKEN_FILE", file(GOOD + end))).equalsInConstantTime(GOOD))
                    .isTrue();
        }
        String expression = "${HOME}${HOME}${HOME}${HOME}${HOME}$";
        assertThat(token(Map.of("ADMIN_TOKEN", expression)).equalsInConstantTime(expression))
                .isTrue();
    }

    @Test
    void withoutOneNobodySignsIn() throws IOException {
        for (Map<String, String> settings : List.of(
                Map.<String, String>of(),
                Map.of("ADMIN_TOKEN", ""),
                Map.of("ADMIN_TOKEN_FILE", file("\n")),
                Map.of("ADMIN_TOKEN_FILE", folder.resolve("none").toString()))) {
            AdminToken none = token(settings);
            assertThat(none.isSet()).isFalse();
            assertThat(none.equalsInConstantTime("")).isFalse();
        }
    }

    @Test
    void aFileThatIsMissingIsWarnedOfAndAnEmptyOneIsNot() throws IOException {
        List<String> log = new ArrayList<>();
        Logger logger = Logger.getLogger(AdminToken.class.getName());
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord line) {
                log.add(line.getLevel() + " " + line.getMessage() + " " + Arrays.toString(line.getParameters()));
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        logger.addHandler(handler);
        try {
            token(Map.of("ADMIN_TOKEN_FILE", file("\n")));
            assertThat(log).isEmpty();
            token(Map.of("ADMIN_TOKEN_FILE", folder.resolve("none").toString()));
            assertThat(log).singleElement().asString().startsWith("WARN").contains("there is no file", "none");
        } finally {
            logger.removeHandler(handler);
        }
    }

    @Test
    void aBadOneEndsTheStartWithAReasonThatDoesNotQuoteIt() throws IOException {
        refused(Map.of("ADMIN_TOKEN", GOOD.substring(1)), "ADMIN_TOKEN is too short: 31 characters, at least 32");
        refused(Map.of("ADMIN_TOKEN_FILE", file("short")), "ADMIN_TOKEN_FILE is too short: 5 characters");
        refused(Map.of("ADMIN_TOKEN", GOOD, "ADMIN_TOKEN_FILE", file(GOOD)), "are both set");
        refused(Map.of("ADMIN_TOKEN", GOOD + " " + GOOD), "without blanks");
        refused(Map.of("ADMIN_TOKEN", GOOD + "é"), "of ASCII");
        refused(Map.of("ADMIN_TOKEN", AdminToken.DEVELOPMENT), "which everybody knows");
        refused(Map.of("ADMIN_TOKEN_FILE", folder.toString()), "ADMIN_TOKEN_FILE cannot be read: " + folder);
    }

    private static void refused(Map<String, String> settings, String reason) {
        assertThatThrownBy(() -> token(settings))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(reason)
                .hasMessageNotContaining(GOOD);
    }

    private static AdminToken token(Map<String, String> settings) {
        AdminToken token = new AdminToken(new SmallRyeConfigBuilder()
                .withSources(new PropertiesConfigSource(settings, "test", 100))
                .build());
        token.read(false);
        return token;
    }

    private String file(String content) throws IOException {
        return Files.writeString(Files.createTempFile(folder, "token", ""), content)
                .toString();
    }
}
