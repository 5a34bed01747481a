package dev.logikids.database.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.StringReader;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What docker/deploy relies on in docker/compose.prod.yaml and docker/proxy, so that nobody notices a deploy. */
class ComposeTest {

    @Test
    void theServiceCanHaveManyContainersAndClientsReachItThroughTheProxyOnly() throws IOException {
        JsonNode service = compose().at("/services/service");

        assertThat(service.has("container_name")).isFalse();
        // ranges of ports, for this machine
        assertThat(service.path("ports")).hasSize(2);
        assertThat(service.at("/ports/0").asText()).matches("127\\.0\\.0\\.1:\\$\\{MANAGEMENT_PORTS:-\\d+-\\d+}:9000");
        assertThat(service.at("/ports/1").asText()).matches("127\\.0\\.0\\.1:\\$\\{CONSOLE_PORTS:-\\d+-\\d+}:8080");
    }

    @Test
    void theServiceBelievesTheAddressOfTheProxyOnly() throws IOException {
        JsonNode services = compose().path("services");

        assertThat(services.at("/service/environment/LOGIKIDS_ATTEMPTS_TRUSTED_PROXIES")
                        .asText())
                .isEqualTo(services.at("/proxy/networks/front/ipv4_address").asText() + ",${TRUSTED_PROXIES:-}");
        assertThat(proxy()).contains("option forwardfor\n", "http-request del-header Forwarded\n");
    }

    /** The console is not below /api; each spelling of /api/admin that the service would understand is refused. */
    @Test
    void theProxyForwardsNothingOfOperators() throws IOException {
        assertThat(proxy()).contains("if !api !acme || operators || dots\n");
        Matcher rule =
                Pattern.compile("acl operators path,url_dec -m reg -i (\\S+)\n").matcher(proxy());
        assertThat(rule.find()).isTrue();
        Pattern operators = Pattern.compile(rule.group(1), Pattern.CASE_INSENSITIVE);
        for (String path : List.of(
                "/api/admin",
                "/api/admin/invites",
                "//api/admin",
                "/api//admin",
                "/%61pi/%61dmin",
                "/api/%61%64%6D%69%6E/audit",
                "/api%2fadmin",
                "/api/%2Fadmin",
                "/api;a=b/admin",
                "/api/admin;a=b/audit")) {
            String decoded = URLDecoder.decode(path, StandardCharsets.UTF_8);
            assertThat(operators.matcher(decoded).find()).as(path).isTrue();
        }
        for (String path : List.of("/api/auth/login", "/api/api/auth/refresh", "/api/sync/admin", "/api/status")) {
            assertThat(operators.matcher(path).find()).as(path).isFalse();
        }
    }

    @Test
    void aContainerThatStopsIsOutOfTheProxyBeforeItClosesItsPort() throws IOException {
        Matcher check = Pattern.compile("check inter (\\d+)s fastinter (\\d+)ms fall (\\d) rise 1 init-state down ")
                .matcher(proxy());
        assertThat(check.find()).isTrue();
        Duration noticed = Duration.ofSeconds(Long.parseLong(check.group(1)))
                .plusMillis(Long.parseLong(check.group(2)) * (Long.parseLong(check.group(3)) - 1));
        Properties settings = new Properties();
        settings.load(new StringReader(Files.readString(Path.of("src/main/resources/application.properties"))));

        assertThat(proxy()).contains("uri /q/health/ready ", "http-check connect port 9000\n");
        assertThat(noticed.multipliedBy(2))
                .isLessThan(Duration.parse("PT" + settings.getProperty("quarkus.shutdown.delay")));
    }

    @Test
    void nothingIsSentTwiceAndNoRequestIsLogged() throws IOException {
        assertThat(proxy()).contains("retry-on conn-failure\n").doesNotContain("httplog", "log-format");
        assertThat(proxy().lines().filter(line -> line.strip().equals("log global")))
                .as("of the servers, not of the requests")
                .hasSize(1);
        assertThat(proxy()).contains("backend service\n    log global\n");
    }

    private static JsonNode compose() throws IOException {
        return new ObjectMapper(new YAMLFactory())
                .readTree(Path.of("docker/compose.prod.yaml").toFile());
    }

    private static String proxy() throws IOException {
        return Files.readString(Path.of("docker/proxy/haproxy.cfg"));
    }
}
