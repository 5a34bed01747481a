package dev.logikids.database.postgresql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.logikids.database.testsupport.SecuredPostgreSql;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code channel_binding=require} of the pool, against a server with TLS. */
class ChannelBindingTest {

    @TempDir
    static Path folder;

    private static SecuredPostgreSql server;

    @BeforeAll
    static void start() {
        server = SecuredPostgreSql.start(folder);
    }

    @AfterAll
    static void stop() throws IOException {
        server.close();
    }

    @Test
    void aServerThatBindsIsTaken() {
        try (OpenDatabase open = open(SecuredPostgreSql.PLAIN_LOGIN)) {
            assertThat(open.count("pg_stat_ssl WHERE pid = pg_backend_pid() AND ssl"))
                    .isEqualTo(1);
            // large answers after the check has left the pipeline
            assertThat(open.count("(SELECT repeat('x', 1000000)) AS blob (text)"))
                    .isEqualTo(1);
        }
    }

    @Test
    void aServerThatAsksForNothingIsRefused() {
        assertRefused("postgres:any");
    }

    @Test
    void aServerThatAsksForAnMd5HashIsRefused() {
        assertRefused(SecuredPostgreSql.MD5_LOGIN);
    }

    private static void assertRefused(String login) {
        try (OpenDatabase open = open(login)) {
            assertThat(OpenDatabase.failureOf(open.database.withConnection(
                            connection -> connection.query("SELECT 1").execute())))
                    .hasStackTraceContaining("channel_binding=require, but the server does not authenticate");
        }
    }

    private static OpenDatabase open(String login) {
        return OpenDatabase.at(
                "postgresql://" + login + "@localhost:" + server.port() + "/postgres?sslmode=require",
                "require-channel-binding",
                "true",
                // the first TLS handshake of a busy machine takes its time
                "connect-timeout",
                "60s",
                "acquire-timeout",
                "60s",
                "call-timeout",
                "90s");
    }
}
