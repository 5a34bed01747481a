package dev.logikids.database.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.logikids.database.testsupport.ApiClient;
import dev.logikids.database.testsupport.ApiClient.Answer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** An operator without a browser: keeps cookies, follows links, and sends forms as they are in the page that it has open. */
final class Visitor {

    private static final String FORM_TYPE = "application/x-www-form-urlencoded";
    private static final Pattern FORM =
            Pattern.compile("<form[^>]*action=\"([^\"]*)\"[^>]*>(.*?)</form>", Pattern.DOTALL);
    private static final Pattern FIELD = Pattern.compile("<input([^>]*)>");
    private static final Pattern LINK = Pattern.compile("href=\"([^\"]*)\"");

    private final ApiClient client;
    private final Map<String, String> cookies = new TreeMap<>();
    private Answer answer;

    private Visitor(ApiClient client) {
        this.client = client;
    }

    /** Signs in. */
    static Visitor signedIn(ApiClient api, String token) {
        Visitor visitor = new Visitor(api.with("Sec-Fetch-Site", "same-origin"));
        visitor.open("/console/sign-in").send("/console/sign-in", Map.of("token", token));
        assertThat(visitor.cookies).as("the session").isNotEmpty();
        return visitor;
    }

    /** Opens a path, and follows it where it leads. */
    Visitor open(String path) {
        return took(withCookies().get(unescaped(path)));
    }

    /** Sends the first form with that action, its own fields first; follows it where it leads. */
    Visitor send(String action, Map<String, String> fields) {
        return took(sent(action, fields));
    }

    /** Sends the first form with that action and returns the answer as it is; the open page stays the same. */
    Answer sent(String action, Map<String, String> fields) {
        Map<String, String> all = form(action);
        all.putAll(fields);
        return post(action, all);
    }

    /** Sends these fields and no others. */
    Answer post(String path, Map<String, String> fields) {
        String body = fields.entrySet().stream()
                .map(field -> encoded(field.getKey()) + "=" + encoded(field.getValue()))
                .collect(Collectors.joining("&"));
        return withCookies().postText(path, FORM_TYPE, body);
    }

    /** Returns the fields of the first form with that action. */
    Map<String, String> form(String action) {
        Matcher form = FORM.matcher(page());
        while (form.find()) {
            if (form.group(1).equals(action)) {
                Map<String, String> fields = new TreeMap<>();
                FIELD.matcher(form.group(2))
                        .results()
                        .forEach(input -> attribute(input.group(1), "name")
                                .ifPresent(name -> fields.put(
                                        name, attribute(input.group(1), "value").orElse(""))));
                return fields;
            }
        }
        throw new AssertionError("no form " + action + " in:\n" + page());
    }

    private static java.util.Optional<String> attribute(String attributes, String name) {
        Matcher value = Pattern.compile("\\b" + name + "=\"([^\"]*)\"").matcher(attributes);
        return value.find() ? java.util.Optional.of(unescaped(value.group(1))) : java.util.Optional.empty();
    }

    /** Returns the links of the page that begin so. */
    List<String> links(String beginning) {
        return LINK.matcher(page())
                .results()
                .map(link -> unescaped(link.group(1)))
                .filter(link -> link.startsWith(beginning))
                .toList();
    }

    /** Returns the link with that text between its tags. */
    String link(String text) {
        Matcher link = Pattern.compile("href=\"([^\"]*)\"[^>]*>" + Pattern.quote(text) + "<")
                .matcher(page());
        assertThat(link.find()).as("a link " + text + " in:\n" + page()).isTrue();
        return unescaped(link.group(1));
    }

    boolean hasLink(String text) {
        return page().matches("(?s).*href=\"[^\"]*\"[^>]*>" + Pattern.quote(text) + "<.*");
    }

    /** Returns the page. */
    String page() {
        return answer.body();
    }

    Answer answer() {
        return answer;
    }

    private Visitor took(Answer received) {
        remember(received);
        Answer last = received;
        while (last.status() == 303) {
            last = withCookies().get(last.header("Location").replaceFirst("^https?://[^/]*", ""));
            remember(last);
        }
        answer = last;
        return this;
    }

    private void remember(Answer received) {
        received.headers().allValues("Set-Cookie").forEach(header -> {
            String[] pair = header.split(";", 2)[0].split("=", 2);
            if (header.contains("Max-Age=0")) {
                cookies.remove(pair[0]);
            } else {
                cookies.put(pair[0], pair[1]);
            }
        });
    }

    private ApiClient withCookies() {
        return cookies.isEmpty()
                ? client
                : client.with(
                        "Cookie",
                        cookies.entrySet().stream()
                                .map(cookie -> cookie.getKey() + "=" + cookie.getValue())
                                .collect(Collectors.joining("; ")));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static String unescaped(String html) {
        return html.replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&quot;", "\"")
                .replace("&#39;", "'")
                .replace("&amp;", "&");
    }
}
