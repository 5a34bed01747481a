package dev.logikids.database.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.logikids.database.admin.AdminGuardTest;
import dev.logikids.database.testsupport.ApiClient;
import dev.logikids.database.testsupport.ApiClient.Answer;
import dev.logikids.database.testsupport.ApiTest;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The code flow of an OpenID provider, up to a page of the console. */
@QuarkusTest
@TestProfile(AdminGuardTest.Settings.class)
class ProviderSignInTest extends ApiTest {

    private static final Pattern STATE = Pattern.compile("[?&]state=([^&]+)");

    private final Map<String, String> cookies = new LinkedHashMap<>();

    @Test
    void anOperatorComesInByTheProvider() {
        Answer page = comeBackWith("ada");

        assertThat(page.whole()).startsWith("200");
        assertThat(get("/console").whole()).startsWith("200").contains("oidc:ada");
        assertThat(get("/console/audit").body()).contains("oidc:ada");
    }

    @Test
    void whoSignsOutDoesNotComeBackWithoutTheProvider() {
        comeBackWith("ada");
        String csrf = get("/console").body().replaceAll("(?s).*name=\"csrf\" value=\"([^\"]+)\".*", "$1");

        assertThat(send("POST", "/console/sign-out", "csrf=" + csrf).status()).isEqualTo(303);

        assertThat(cookies.keySet()).noneMatch(name -> name.startsWith("q_session"));
        assertThat(get("/console/sign-in/provider").header("Location")).contains("/authorize?");
    }

    @Test
    void aUserWithoutTheRoleDoesNot() {
        Answer page = comeBackWith("eve");

        assertThat(page.status()).isEqualTo(401);
        assertThat(get("/console").status()).isEqualTo(303);
    }

    @Test
    void aStateThatNobodyAskedForIsRefused() {
        get("/console/sign-in/provider");

        assertThat(get("/console/sign-in/provider?code=ada&state=other").status())
                .isGreaterThanOrEqualTo(300);
        assertThat(get("/console").status()).isEqualTo(303);
    }

    private Answer comeBackWith(String code) {
        Answer leave = get("/console/sign-in/provider");
        assertThat(leave.status()).isEqualTo(302);
        assertThat(leave.header("Location")).contains("/authorize?", "response_type=code", "client_id=logikids");
        Matcher state = STATE.matcher(leave.header("Location"));
        assertThat(state.find()).isTrue();

        Answer answer = get("/console/sign-in/provider?code=" + code + "&state=" + state.group(1));
        // without the code in the address
        return answer.status() == 302 ? get("/console/sign-in/provider") : answer;
    }

    private Answer get(String path) {
        return send("GET", path, "");
    }

    /** As a browser does, which keeps cookies. */
    private Answer send(String method, String path, String form) {
        ApiClient browser = api.with("X-Forwarded-For", "192.0.2.77").with("Sec-Fetch-Site", "same-origin");
        if (!cookies.isEmpty()) {
            browser = browser.with(
                    "Cookie",
                    cookies.entrySet().stream()
                            .map(cookie -> cookie.getKey() + "=" + cookie.getValue())
                            .collect(Collectors.joining("; ")));
        }
        Answer answer = form.isEmpty()
                ? browser.get(path)
                : browser.send(method, path, "application/x-www-form-urlencoded", form)
                        .join();
        answer.headers().allValues("Set-Cookie").forEach(header -> {
            String[] cookie = header.split(";", 2)[0].split("=", 2);
            if (cookie[1].isEmpty()) {
                cookies.remove(cookie[0]);
            } else {
                cookies.put(cookie[0], cookie[1]);
            }
        });
        return answer;
    }
}
