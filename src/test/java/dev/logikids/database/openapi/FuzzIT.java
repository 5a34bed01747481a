package dev.logikids.database.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.logikids.database.openapi.ApiContract.Operation;
import dev.logikids.database.problem.ProblemCode;
import dev.logikids.database.testsupport.ApiClient.Answer;
import dev.logikids.database.testsupport.ApiTest;
import dev.logikids.database.testsupport.Patience;
import dev.logikids.database.testsupport.Rows;
import dev.logikids.database.testsupport.ServiceProcess;
import dev.logikids.database.testsupport.TestPostgreSql;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.RandomGenerator;
import net.jqwik.api.sessions.JqwikSession;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Right, nearly right and absurd requests to every endpoint of the OpenAPI document, against the packaged service: no
 * response is a failure of the service, and each is one that the document describes. {@code -Dfuzz.seed=N} repeats a run.
 */
class FuzzIT {

    private static final Logger LOG = Logger.getLogger(FuzzIT.class);
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private static final String ADMIN_TOKEN = "the-token-of-operators-in-this-test";

    /** They end the account of all further calls. */
    private static final List<String> LAST_CALLS = List.of(
            "DELETE /api/auth/account",
            "DELETE /api/admin/accounts/{userId}",
            "POST /api/admin/accounts/{userId}/revoke");

    /** Calls of one account, some of which end it. */
    private static final int CALLS_PER_ACCOUNT = 40;

    /** What Quarkus or Vert.x rejects before it chooses an endpoint. */
    private static final Map<String, ProblemCode> OF_NO_ENDPOINT = EnumSet.of(
                    ProblemCode.MALFORMED_REQUEST,
                    ProblemCode.NOT_FOUND,
                    ProblemCode.METHOD_NOT_ALLOWED,
                    ProblemCode.NOT_ACCEPTABLE,
                    ProblemCode.TOO_MANY_HEADERS,
                    ProblemCode.PAYLOAD_TOO_LARGE)
            .stream()
            .collect(Collectors.toMap(ProblemCode::text, code -> code));

    private static final Arbitrary<String> TEXTS = Arbitraries.oneOf(
            Arbitraries.strings().ofMaxLength(40),
            Arbitraries.strings().ascii().ofMaxLength(300),
            Arbitraries.of(
                    "",
                    " ",
                    "\0",
                    "a\0b",
                    "\ud800",
                    "\ufeff",
                    "'; DROP TABLE user_accounts; --",
                    "$1",
                    "%s%n",
                    "\\",
                    "../../etc/passwd",
                    "sha256:" + "0".repeat(64),
                    "9".repeat(400),
                    "x".repeat(70_000)));

    private static final Arbitrary<Object> VALUES = Arbitraries.oneOf(
            TEXTS.asGeneric(),
            Arbitraries.longs().asGeneric(),
            Arbitraries.of(
                            0,
                            -1,
                            -0.0,
                            1.5e300,
                            Double.MIN_VALUE,
                            Long.MAX_VALUE,
                            Long.MIN_VALUE,
                            new BigDecimal("1e400"),
                            new BigInteger("9".repeat(300)),
                            true,
                            new JsonArray(),
                            new JsonArray().add("a").add(1),
                            new JsonObject(),
                            new JsonObject().put("a", new JsonArray().addNull()))
                    .asGeneric());

    private static final Arbitrary<String> BODIES = Arbitraries.oneOf(
            TEXTS,
            Arbitraries.of(
                    "null",
                    "[]",
                    "[{}]",
                    "1",
                    "1e999",
                    "\"x\"",
                    "{",
                    "{\"userId\":",
                    "{}{}",
                    "{\"a\":1,}",
                    "{\"userId\":{\"userId\":1}}",
                    "[".repeat(5_000),
                    "{\"a\":".repeat(5_000),
                    "\ufeff{}"));

    private static final Arbitrary<String> TYPES = Arbitraries.of(
            "application/json;charset=utf-8",
            "application/json; charset=\"UTF-8\"",
            "application/json;charset=utf-16",
            "application/json;charset=nonsense",
            "APPLICATION/JSON",
            "application/problem+json",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x",
            "text/plain",
            "*/*",
            "json",
            "application/",
            ";",
            "application/json;;=");

    private static final Arbitrary<String> HEADERS = Arbitraries.oneOf(
            Arbitraries.strings().withCharRange(' ', '~').ofMaxLength(60),
            Arbitraries.strings().withCharRange('\u00a1', '\u00ff').ofMaxLength(10),
            Arbitraries.of("", "*", "\"a\"", "W/\"a\"", "\"", ",", "\"a\",\"b\"", "-1", "9".repeat(3_000)));

    private static final List<String> ODD_HEADERS = List.of(
            "Accept-Encoding",
            "Accept-Language",
            "Content-Encoding",
            "Cookie",
            "Forwarded",
            "If-Match",
            "If-Modified-Since",
            "If-None-Match",
            "Origin",
            "Range",
            "X-Forwarded-For",
            "X-HTTP-Method-Override",
            "X-Request-Id");

    private static final Arbitrary<String> ACCEPTS = Arbitraries.of(
            "application/json",
            "application/problem+json",
            "application/problem+json, application/json;q=0.5",
            "application/*",
            "text/html",
            "*/*;q=0",
            "x",
            "a/b/c;q=2",
            "");

    private static final Arbitrary<String> SEGMENTS = Arbitraries.oneOf(
            Arbitraries.of(
                    "%2F",
                    "%00",
                    "%",
                    "%zz",
                    "%C3%28",
                    "%2e%2e",
                    "..",
                    ".",
                    ";a=b",
                    "a;b=c",
                    "%E2%80%AE",
                    "0",
                    "-1",
                    "+",
                    "9223372036854775808",
                    "1.0",
                    "0x10",
                    "%20",
                    "*",
                    "~",
                    "{userId}",
                    "%7BuserId%7D"),
            Arbitraries.longs().map(String::valueOf),
            Arbitraries.strings().ofMaxLength(20).map(FuzzIT::percentEncoded));

    private static final List<String> METHODS =
            List.of("GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "X");

    private final long seed = Long.getLong("fuzz.seed", new Random().nextLong());
    private final Random random = new Random(seed);
    private final Map<Arbitrary<?>, RandomGenerator<?>> generators = new HashMap<>();
    /** By endpoint and status; 0 is a request that the client could not send. */
    private final Map<String, Map<Integer, Integer>> counts = new TreeMap<>();

    private final List<String> faults = new ArrayList<>();

    private ApiContract contract;
    private ServiceProcess service;
    private Rows rows;
    private Account account;
    private String etag = "\"none\"";

    /** A user as a client knows him. */
    private record Account(String userId, String inviteCode, String accessToken, String refreshToken) {}

    private record Call(Operation operation, String method, String path, Map<String, String> headers, String body) {

        @Override
        public String toString() {
            String start = body.length() > 500 ? body.substring(0, 500) + "… (" + body.length() + ")" : body;
            return method + " " + path + " " + headers + " " + start;
        }
    }

    @Test
    void everyEndpointAnswersAsDocumented() throws Exception {
        fuzz(500);
    }

    @Test
    @Tag("exhaustive")
    void everyEndpointAnswersAsDocumentedTenThousandTimes() throws Exception {
        fuzz(10_000);
    }

    private void fuzz(int requests) throws Exception {
        String database = TestPostgreSql.server().createDatabase();
        rows = new Rows(database);
        try (ServiceProcess process = ServiceProcess.start(
                ServiceProcess.application(),
                Map.of(
                        "DATABASE_URL", database,
                        "ADMIN_TOKEN", ADMIN_TOKEN,
                        "LOGIKIDS_ADMIN_ATTEMPTS", "1000000",
                        // all requests come from one address, and most of them fail
                        "LOGIKIDS_ATTEMPTS_LIMIT", "1000000",
                        "LOGIKIDS_ATTEMPTS_CEILING", "1000000",
                        // low, so that its rejections are among the responses
                        "LOGIKIDS_SYNC_LIMIT_REQUESTS", "6"))) {
            service = process;
            service.awaitStatus("/q/health/ready", 200);
            contract = new ApiContract(
                    service.management().get("/q/openapi?format=json").body());
            List<Operation> operations = contract.operations();
            JqwikSession.run(() -> {
                for (int i = 0; i < requests; i++) {
                    if (i % CALLS_PER_ACCOUNT == 0) {
                        account = register();
                    }
                    Operation operation = operations.get(random.nextInt(operations.size()));
                    if (!LAST_CALLS.contains(operation.toString()) || oneIn(10)) {
                        check(call(operation));
                    }
                }
            });
            assertThat(faults).isEmpty();
            assertThat(service.status("/q/health/ready")).isEqualTo(200);
            assertThat(service.output()).doesNotContain(" ERROR ");
        } finally {
            LOG.infof("%d requests, seed %d:%n%s", requests, seed, report());
        }
    }

    private Account register() {
        try {
            String userId = Rows.newUserId();
            String invite = rows.invite();
            Answer answer = service.api().post("/api/auth/register", ApiTest.registration(userId, invite));
            assertThat(answer.status()).as(answer.body()).isEqualTo(201);
            return new Account(userId, rows.invite(), answer.text("accessToken"), answer.text("refreshToken"));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private Call call(Operation operation) {
        Map<String, String> headers = new LinkedHashMap<>();
        authorization().ifPresent(value -> headers.put("Authorization", value));
        if (operation.template().startsWith("/api/admin") && !oneIn(5)) {
            headers.put("Authorization", "Bearer " + ADMIN_TOKEN);
        }
        if (oneIn(4)) {
            headers.put("Accept", next(ACCEPTS));
        }
        if (oneIn(4)) {
            headers.put(ODD_HEADERS.get(random.nextInt(ODD_HEADERS.size())), next(HEADERS));
        }
        if (operation.template().startsWith("/api/sync") && oneIn(3)) {
            headers.put(random.nextBoolean() ? "If-Match" : "If-None-Match", etag);
        }
        List<String> fields = contract.fields(operation);
        String body = "";
        if (!fields.isEmpty() || oneIn(10)) {
            body = oneIn(6) ? next(BODIES) : object(fields);
            headers.put("Content-Type", oneIn(8) ? next(TYPES) : "application/json");
        }
        String method = oneIn(15) ? METHODS.get(random.nextInt(METHODS.size())) : operation.method();
        return new Call(operation, method, path(operation), headers, body);
    }

    private Optional<String> authorization() {
        return switch (random.nextInt(10)) {
            case 0 -> Optional.empty();
            case 1 -> Optional.of(next(HEADERS));
            case 2 -> Optional.of("Bearer " + next(HEADERS));
            case 3 -> Optional.of("Bearer " + mutated(account.accessToken()));
            default -> Optional.of("Bearer " + account.accessToken());
        };
    }

    private String path(Operation operation) {
        String own = operation.template().contains("{id}") ? String.valueOf(random.nextInt(3)) : account.userId();
        String segment = oneIn(3) ? next(SEGMENTS) : oneIn(5) ? mutated(own) : own;
        String path = operation.template().replaceAll("\\{\\w+}", Matcher.quoteReplacement(segment));
        return switch (random.nextInt(25)) {
            case 0 -> path + ";a=b";
            case 1 -> path + "/";
            case 2 -> path + "?" + next(SEGMENTS) + "=" + next(SEGMENTS);
            case 3 -> path + "/" + next(SEGMENTS);
            case 4 -> path.replaceFirst("/", "//");
            case 5 -> path + "%00";
            default -> path;
        };
    }

    private String object(List<String> fields) {
        JsonObject body = new JsonObject();
        for (String field : fields) {
            switch (random.nextInt(12)) {
                case 0 -> {
                    // it is missing
                }
                case 1 -> body.putNull(field);
                case 2 -> body.put(field, next(VALUES));
                case 3 -> body.put(field, mutated(String.valueOf(right(field))));
                default -> body.put(field, right(field));
            }
        }
        if (oneIn(5)) {
            body.put(next(TEXTS), next(VALUES));
        }
        return encoded(body);
    }

    /** Vert.x writes no number that is not finite or big, Jackson does. */
    private static String encoded(JsonObject body) {
        try {
            return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(plain(body.getMap()));
        } catch (JsonProcessingException e) {
            return body.encode();
        }
    }

    private static Object plain(Object value) {
        if (value instanceof JsonObject object) {
            return plain(object.getMap());
        }
        if (value instanceof JsonArray array) {
            return array.getList();
        }
        if (value instanceof Map<?, ?> map) {
            Map<Object, Object> copy = new LinkedHashMap<>();
            map.forEach((key, each) -> copy.put(key, plain(each)));
            return copy;
        }
        return value;
    }

    private Object right(String field) {
        return switch (field) {
            case "userId" -> oneIn(3) ? Rows.newUserId() : account.userId();
            case "inviteCode", "code" -> account.inviteCode();
            case "refreshToken" -> account.refreshToken();
            case "encryptedBlob" -> oneIn(20) ? "A".repeat(1_000_000 + random.nextInt(2)) : "QUJD";
            case "iv" -> "AAAAAAAAAAAAAAAA";
            case "timestamp" -> 1 + random.nextInt(Integer.MAX_VALUE - 1);
            case "checksum" -> "a".repeat(64);
            case "count" -> 1 + random.nextInt(3);
            case "note" -> next(TEXTS);
            case "valid_for" -> "P" + (1 + random.nextInt(30)) + "D";
            default -> throw new AssertionError("the document has a new field: say what is right for " + field);
        };
    }

    private String mutated(String text) {
        if (text.isEmpty()) {
            return "x";
        }
        int at = random.nextInt(text.length());
        return switch (random.nextInt(4)) {
            case 0 -> text.substring(0, at);
            case 1 -> text + text.charAt(at);
            case 2 -> text.toUpperCase(Locale.ROOT);
            default -> text.substring(0, at) + (char) ('0' + random.nextInt(10)) + text.substring(at + 1);
        };
    }

    private void check(Call call) {
        HttpRequest request;
        try {
            HttpRequest.Builder builder = HttpRequest.newBuilder(URI.create(service.uri() + call.path()))
                    .timeout(Patience.LONGEST)
                    .method(
                            call.method(),
                            BodyPublishers.ofByteArray(call.body().getBytes(StandardCharsets.UTF_8)));
            call.headers().forEach(builder::setHeader);
            request = builder.build();
        } catch (IllegalArgumentException notSendable) {
            count(call, 0);
            return;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        HttpResponse<String> response;
        try {
            response = HTTP.send(request, BodyHandlers.ofString());
        } catch (Exception e) {
            throw new AssertionError("no response to " + call, e);
        }
        count(call, response.statusCode());
        response.headers().firstValue("ETag").ifPresent(latest -> etag = latest);
        Optional<String> fault = fault(call, response);
        fault.ifPresent(what -> faults.add(what + ": " + call + "\n" + response.statusCode() + " "
                + response.headers().map() + "\n" + response.body()));
    }

    private Optional<String> fault(Call call, HttpResponse<String> response) {
        int status = response.statusCode();
        String type = response.headers().firstValue("Content-Type").orElse("");
        if (status >= 500) {
            return Optional.of("a failure of the service");
        }
        if (call.method().equals("HEAD")) {
            return response.body().isEmpty() ? Optional.empty() : Optional.of("HEAD with a body");
        }
        // whoever is no operator does not learn which endpoints there are
        boolean noOperator = status == 401 && call.path().contains("/api/admin");
        if (noOperator || ofNoEndpoint(response)) {
            return contract.faultOfError(type, response.body());
        }
        boolean preflight = call.method().equals("OPTIONS") && status < 300;
        // of Quarkus: no browser sends such a method to another origin without a preflight
        boolean crossOrigin = status == 403
                && call.headers().containsKey("Origin")
                && response.body().isEmpty();
        if (preflight || crossOrigin) {
            return Optional.empty();
        }
        List<Optional<String>> found = operations(call).stream()
                .map(operation -> contract.fault(operation, status, type, response.body()))
                .toList();
        return found.contains(Optional.<String>empty())
                ? Optional.empty()
                : found.stream().flatMap(Optional::stream).findFirst().or(() -> Optional.of("no such endpoint"));
    }

    /**
     * The operations of that method and path. Dots and further slashes are taken as RFC 3986 says; whether what follows a
     * semicolon is all of a segment depends on the endpoint.
     */
    private List<Operation> operations(Call call) {
        String path = call.path()
                .replaceFirst("[?].*", "")
                .replaceAll("(?i)%2e", ".")
                .replaceAll("/\\.(?=/|$)", "/")
                .replaceAll("/[^/]+/\\.\\.(?=/|$)", "/")
                .replaceFirst("^(/+\\.\\.)+(?=/|$)", "/");
        List<String> readings = Stream.of(path.replaceAll(";[^/]*", ""), path.replaceAll("(?<=[^/]);[^/]*", ""))
                .map(reading -> reading.replaceAll("/+", "/").replaceFirst("(?<=.)/$", ""))
                .toList();
        return contract.operations().stream()
                .filter(each -> each.method().equals(call.method())
                        && readings.stream()
                                .anyMatch(reading ->
                                        reading.matches(each.template().replaceAll("\\{\\w+}", "[^/]+"))))
                .toList();
    }

    private static boolean ofNoEndpoint(HttpResponse<String> response) {
        try {
            JsonNode body = new ObjectMapper().readTree(response.body());
            String text = body.path("error").asText(body.path("detail").asText());
            ProblemCode code = OF_NO_ENDPOINT.get(text);
            return code != null && code.status() == response.statusCode();
        } catch (JsonProcessingException e) {
            return false;
        }
    }

    private void count(Call call, int status) {
        counts.computeIfAbsent(call.operation().toString(), key -> new TreeMap<>())
                .merge(status, 1, Integer::sum);
    }

    private String report() {
        List<String> lines = new ArrayList<>();
        counts.forEach((operation, statuses) -> lines.add(String.format("%-34s %s", operation, statuses)));
        return String.join("\n", lines);
    }

    private boolean oneIn(int times) {
        return random.nextInt(times) == 0;
    }

    @SuppressWarnings("unchecked")
    private <T> T next(Arbitrary<T> arbitrary) {
        return (T) generators
                .computeIfAbsent(arbitrary, key -> key.generator(1_000))
                .next(random)
                .value();
    }

    private static String percentEncoded(String text) {
        StringBuilder encoded = new StringBuilder();
        for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
            encoded.append(String.format("%%%02X", octet));
        }
        return encoded.toString();
    }
}
