package dev.logikids.database.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.logikids.database.testsupport.ApiClient;
import dev.logikids.database.testsupport.ApiClient.Answer;
import dev.logikids.database.testsupport.ApiTest;
import dev.logikids.database.testsupport.OtlpReceiver;
import dev.logikids.database.testsupport.Patience;
import dev.logikids.database.testsupport.RawHttp;
import dev.logikids.database.testsupport.Rows;
import dev.logikids.database.testsupport.ServiceProcess;
import dev.logikids.database.testsupport.TcpProxy;
import dev.logikids.database.testsupport.TestPostgreSql;
import io.vertx.core.json.JsonObject;
import java.net.Socket;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/**
 * A user id is a credential, as tokens and invite codes are. Every endpoint and every early refusal meets them here, in
 * every place of a request; none of them may be in what the packaged service writes, measures or answers with an error.
 */
@Order(1)
class RedactionIT {

    private static final String JWT_SECRET = "a secret that leaves the service nowhere, 32 bytes or more";
    private static final String ADMIN_TOKEN = "a-token-that-leaves-the-service-nowhere-0123456789";
    /** Of a service that has answered each endpoint with every status it knows; docs/metrics.md says how it grows. */
    private static final int MOST_OF_A_SCRAPE = 1_000_000;

    private static final String DATABASE = TestPostgreSql.server().createDatabase();

    /** Everything that Quarkus can log of requests, and then some. */
    private static final Map<String, String> TALKATIVE = Map.of(
            "JWT_SECRET", JWT_SECRET,
            "ADMIN_TOKEN", ADMIN_TOKEN,
            "QUARKUS_HTTP_ACCESS_LOG_ENABLED", "true",
            "QUARKUS_LOG_LEVEL", "DEBUG",
            "LOGIKIDS_POOL_LOCK_TIMEOUT", "200ms",
            "LOGIKIDS_TOKENS_GRACE", "0s",
            "LOGIKIDS_ATTEMPTS_LIMIT", "1000000",
            "LOGIKIDS_SYNC_LIMIT_REQUESTS", "1000000");

    /** Every secret is longer. */
    private static final int BEGINNING = 4;

    private final Rows rows = new Rows(DATABASE);
    private final Set<String> secrets = new LinkedHashSet<>(Set.of(JWT_SECRET, ADMIN_TOKEN));
    private final Queue<String> cameOut = new ConcurrentLinkedQueue<>();
    private final List<String> scrapes = new ArrayList<>();
    private final Set<String> statuses = new ConcurrentSkipListSet<>();

    private OtlpReceiver collector;
    private TcpProxy network;
    private ServiceProcess service;
    private List<Operation> operations;

    private record Operation(String method, String path) {

        boolean isOfOperators() {
            return path.startsWith("/api/admin");
        }

        String pathFor(String id, String other) {
            return path.replace("{userId}", id).replace("{code}", other).replaceAll("\\{\\w+}", other);
        }
    }

    /** Somebody with an account, and all that nobody else may learn of it. */
    private record Person(
            String id, String code, String access, String refresh, String blob, String iv, String checksum) {

        JsonObject body() {
            return new JsonObject()
                    .put("userId", id)
                    .put("inviteCode", code)
                    .put("code", code)
                    .put("refreshToken", refresh)
                    .put("encryptedBlob", blob)
                    .put("iv", iv)
                    .put("timestamp", 1)
                    .put("checksum", checksum);
        }

        /** The id as a path may hold it: in both letter cases, plain and percent-encoded. */
        List<String> spellings() {
            return Stream.of(id, id.toUpperCase(Locale.ROOT))
                    .flatMap(spelling -> Stream.of(spelling, encoded(spelling)))
                    .toList();
        }
    }

    @BeforeEach
    void start() throws Exception {
        collector = OtlpReceiver.start();
        network = TcpProxy.to(DATABASE);
        service = start(TALKATIVE);
        operations = operations();
    }

    @AfterEach
    void stop() throws Exception {
        // not close(): this test makes statements fail, which is logged with a stack trace
        service.kill();
        network.close();
        collector.close();
    }

    @Test
    void noIdTokenOrCodeLeavesTheServiceExceptInAGoodAnswer() throws Exception {
        everyOperationInEveryWay();
        earlyRefusals(person());
        conflictsReplaysAndRevocations();
        clientsThatGoAway();
        Person someone = person();
        failingStatements(someone);
        lockedTables(someone);
        network.refuse();
        everyOperation(someone);
        network.restore();
        Patience.await().until(() -> service.status("/q/health/ready") == 200);
        whatCameOut();
        service.kill();

        Map<String, String> smallLimits = new HashMap<>(TALKATIVE);
        smallLimits.put("LOGIKIDS_ATTEMPTS_LIMIT", "1");
        smallLimits.put("LOGIKIDS_SYNC_LIMIT_REQUESTS", "1");
        smallLimits.put("LOG_FORMAT", "json");
        service = start(smallLimits);
        everyOperation(someone);
        everyOperation(someone);
        earlyRefusals(someone);
        failingStatements(someone);
        whatCameOut();

        assertThat(statuses)
                .as("the service has rejected in every way that it knows")
                .contains("400", "401", "403", "404", "405", "409", "412", "413", "415", "429", "431", "500", "503");
        assertThat(String.join("\n", cameOut))
                .as("the access log names endpoints")
                .contains("\"PUT /api/sync/{userId}\" 200", "\"other other\" 404");
        assertThat(String.join("\n", cameOut))
                .as("request ids, traces and JSON lines are in it")
                .contains(
                        "[PUT /api/sync/{userId} ", "PUT /api/sync/{userId}0", "\"http.route\":\"/api/sync/{userId}\"");
        assertThat(found()).isEmpty();
        assertThat(scrapes).allSatisfy(scrape -> {
            assertThat(scrape.length()).as("size of a scrape").isBetween(50_000, MOST_OF_A_SCRAPE);
            assertThat(scrape).doesNotContainPattern("(?i)\\b(select|insert into|update|delete from|begin;)\\s");
        });
    }

    @Test
    void inventedMethodsAndPathsDoNotGrowTheMetrics() throws Exception {
        everyOperation(person());
        int before = service.management().get("/q/metrics").body().length();

        StringBuilder invented = new StringBuilder();
        IntStream.range(0, 3_000).forEach(i -> invented.append(head("M" + i, "/api/invite/check")));
        IntStream.range(0, 300).forEach(i -> invented.append(head("GET", "/api/sync/" + i + "/" + i)));
        RawHttp.exchange(service.uri(), RawHttp.bytes(invented + head("GET", "/", "Connection: close")));

        String after = service.management().get("/q/metrics").body();
        assertThat(after).contains("method=\"other\"", "uri=\"other\"").doesNotContain("M2999");
        // a series of a histogram has 1.8 KB
        assertThat(after.length()).isLessThan(before + 10_000);
        assertThat(service.api().get("/api/auth/verify").status()).isEqualTo(401);
        assertThat(service.management().longestAnswer("/api/auth/verify", 401)).isPositive();
    }

    private ServiceProcess start(Map<String, String> settings) throws Exception {
        Map<String, String> environment = new HashMap<>(settings);
        environment.put("DATABASE_URL", network.databaseUrl());
        environment.put("OTEL_EXPORTER_OTLP_ENDPOINT", collector.endpoint());
        environment.put("OTEL_BSP_SCHEDULE_DELAY", "100");
        environment.put("OTEL_BSP_MAX_QUEUE_SIZE", "20000");
        ServiceProcess process = ServiceProcess.start(ServiceProcess.application(), environment);
        process.awaitStatus("/q/health/ready", 200);
        return process;
    }

    private List<Operation> operations() throws Exception {
        JsonObject paths =
                service.management().get("/q/openapi?format=json").json().getJsonObject("paths");
        return paths.stream()
                .flatMap(path -> ((JsonObject) path.getValue())
                        .fieldNames().stream()
                                .filter(field -> !field.equals("parameters"))
                                .map(method -> new Operation(method.toUpperCase(Locale.ROOT), path.getKey())))
                .toList();
    }

    private Person person() {
        try {
            String id = Rows.newUserId();
            String code = rows.invite();
            JsonObject tokens = service.api()
                    .post("/api/auth/register", ApiTest.registration(id, code))
                    .json();
            Person person = new Person(
                    id,
                    code,
                    tokens.getString("accessToken"),
                    tokens.getString("refreshToken"),
                    Base64.getEncoder().encodeToString(RawHttp.bytes("blob of " + UUID.randomUUID())),
                    random().substring(0, 16),
                    random() + random());
            String[] signed = person.access().split("\\.", -1);
            secrets.addAll(
                    List.of(id, encoded(id), code, signed[1], signed[2], person.refresh(), person.blob(), person.iv()));
            secrets.add(person.checksum());
            secrets.add(encoded(id.toUpperCase(Locale.ROOT)));
            return person;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static String random() {
        return UUID.randomUUID().toString().replace("-", "");
    }

    private static String encoded(String text) {
        return text.chars()
                .mapToObj(character -> String.format("%%%02X", character))
                .collect(Collectors.joining());
    }

    /** Every endpoint once, as its caller should. */
    private void everyOperation(Person person) throws Exception {
        for (Operation operation : operations) {
            send(
                    caller(operation, person),
                    operation.method(),
                    operation.pathFor(person.id(), "1"),
                    "application/json",
                    person.body().encode());
        }
    }

    /** Every endpoint in every wrong way too. */
    private void everyOperationInEveryWay() throws Exception {
        for (Operation operation : operations) {
            Person person = person();
            List<String> paths = new ArrayList<>();
            for (String spelling : person.spellings()) {
                paths.add(operation.pathFor(spelling, spelling));
            }
            String encoded = operation.pathFor(encoded(person.id()), person.code());
            paths.add(encoded + "?userId=" + person.id() + "&code=" + person.code() + "&token=" + person.access());
            paths.add(encoded + "/" + person.id());
            paths.add(operation.pathFor(person.id(), "1"));
            paths.add(operation.pathFor(person.id(), person.code()));
            for (String path : new LinkedHashSet<>(paths)) {
                everyWay(operation.method(), path, person, caller(operation, person));
            }
        }
    }

    private ApiClient caller(Operation operation, Person person) throws Exception {
        return service.api().as(operation.isOfOperators() ? ADMIN_TOKEN : person.access());
    }

    private void everyWay(String method, String path, Person person, ApiClient caller) throws Exception {
        ApiClient stranger = service.api();
        String body = person.body().encode();
        List<String> oddBodies = List.of(
                body.substring(1),
                body.replace("\"" + person.checksum(), "\"x" + person.checksum()),
                new JsonObject().put("userId", List.of(person.id())).encode());
        send(stranger, method, path, "application/json", body);
        send(stranger.as(person.access() + "x"), method, path, "application/json", body);
        send(stranger.as(person.refresh()), method, path, "application/json", body);
        send(stranger.with("Authorization", "Basic " + person.id()), method, path, "application/json", body);
        for (String odd : oddBodies) {
            send(caller, method, path, "application/json", odd);
        }
        send(caller.with("Accept", "application/problem+json"), method, path, "application/json", body.substring(1));
        send(caller, method, path, "text/plain", body);
        send(caller, method, path, "application/json; charset=utf-16", body);
        send(caller.with("If-Match", "\"" + person.id() + "\""), method, path, "application/json", body);
        send(tracing(caller, person.id()), method, path, "application/json", body);
        send(tracing(caller, "trace-" + person.id().toUpperCase(Locale.ROOT)), method, path, "application/json", body);
        send(tracing(stranger, person.access()), method, path, "application/json", body.substring(1));
        send(caller.with("Origin", "https://a"), "OPTIONS", path, "application/json", body);
        send(caller, person.code(), path, "application/json", body);
        send(caller, method, path, "application/json", body);
    }

    private static ApiClient tracing(ApiClient client, String secret) {
        return client.with("X-Request-Id", secret)
                .with("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
                .with("tracestate", "who=" + secret)
                .with("baggage", "who=" + secret)
                .with("User-Agent", secret);
    }

    private void send(ApiClient client, String method, String path, String contentType, String body) {
        Answer answer = client.send(method, path, contentType, body).join();
        statuses.add(Integer.toString(answer.status()));
        if (answer.status() >= 400) {
            cameOut.add(answer.body() + answer.headers().map());
        }
    }

    private void earlyRefusals(Person person) throws Exception {
        List<String> requests = new ArrayList<>();
        for (String id : person.spellings()) {
            String sync = "/api/sync/" + id;
            String token = "Authorization: Bearer " + person.access();
            requests.addAll(List.of(
                    head("GET", sync + "%zz", token),
                    head("GET", "/" + id + "%zz", token),
                    head("GET", sync + "%", token),
                    head("GET", sync + "%00", token),
                    head("GET", "/api/../q/" + id, token),
                    head("GET", "/" + id, token),
                    head("GET", "/q/" + id, token),
                    head("GET", "/api//sync//" + id, token),
                    head("GET", "//" + id, token),
                    head("GET", id, token),
                    head("GET", "http://a" + sync, token),
                    head("GET", sync + " " + id, token),
                    head("CONNECT", id, token),
                    head("TRACE", sync, token),
                    head(person.code(), sync, token),
                    head("GET", sync + "x".repeat(9_000), token),
                    head("GET", sync, token, "X: " + id + "x".repeat(20_000)),
                    head("GET", sync, token, ("X: " + id + "\r\n").repeat(150).strip()),
                    head("GET", sync, token, "Host: " + id),
                    head("GET", sync, token, id),
                    head("GET", sync, token, id + " : " + id),
                    head("GET", sync, token, "X: " + id + "\0"),
                    head("GET", sync, token, "Cookie: " + id + "=" + id),
                    head("GET", sync, token, "X-Request-Id: " + id),
                    head("GET", sync, token, "X-Request-Id: a", "X-Request-Id: " + id),
                    head("GET", sync + "%zz", token, "X-Request-Id: " + id),
                    head("GET", sync, token, "traceparent: " + id, "tracestate: " + id, "baggage: a=" + id),
                    head("GET", sync, token, "Forwarded: for=" + id, "X-Forwarded-For: " + id),
                    head("PUT", sync, token, "Content-Length: 2000000"),
                    head("PUT", sync, token, "Content-Length: " + id),
                    head("PUT", sync, token, "Content-Length: 2", "Content-Length: 3"),
                    head("PUT", sync, token, "Transfer-Encoding: " + id),
                    head("PUT", sync, token, "Transfer-Encoding: chunked") + id + "\r\n",
                    head("PUT", sync, token, "Transfer-Encoding: chunked") + Integer.toHexString(1_200_000) + "\r\n"
                            + id.repeat(20_000),
                    head("PUT", sync, token, "Content-Length: 2", "Expect: " + id) + "{}",
                    head("PUT", sync, token, "Content-Type: " + id, "Content-Length: 2") + "{}",
                    head("PUT", sync, token, "Content-Type: application/json; charset=" + id, "Content-Length: 2")
                            + "{}",
                    head("GET", sync, token, "Connection: Upgrade", "Upgrade: " + id),
                    "GET " + sync + " HTTP/1.1\r\n" + token + "\r\n\r\n",
                    "GET " + sync + " HTTP/7.7\r\nHost: a\r\n" + token + "\r\n\r\n",
                    "GET " + sync + "\r\n\r\n",
                    id + "\r\n\r\n"));
        }
        // some wait for the service to give up
        ExecutorService clients = Executors.newFixedThreadPool(16);
        List<Future<RawHttp.Exchange>> exchanges = clients.invokeAll(requests.stream()
                .<Callable<RawHttp.Exchange>>map(request -> () -> RawHttp.exchange(
                        service.uri(), RawHttp.bytes(request + head("GET", "/api/auth/verify", "Connection: close"))))
                .toList());
        clients.shutdown();
        for (Future<RawHttp.Exchange> exchange : exchanges) {
            statuses.addAll(exchange.get().statuses());
            cameOut.add(exchange.get().text());
        }
        for (String id : person.spellings()) {
            Stream.of(head("GET", "/" + id + "%zz"), head("GET", "/q/" + id), head(person.code(), "/q/metrics/" + id))
                    .forEach(request -> {
                        try {
                            cameOut.add(RawHttp.exchange(
                                            service.managementUri(),
                                            RawHttp.bytes(request + head("GET", "/", "Connection: close")))
                                    .text());
                        } catch (Exception e) {
                            throw new IllegalStateException(e);
                        }
                    });
        }
    }

    private static String head(String method, String path, String... headers) {
        return method + " " + path + " HTTP/1.1\r\nHost: a\r\n"
                + Stream.of(headers).map(header -> header + "\r\n").collect(Collectors.joining()) + "\r\n";
    }

    private void conflictsReplaysAndRevocations() throws Exception {
        Person person = person();
        ApiClient caller = service.api().as(person.access());
        String body = person.body().encode();
        String sync = "/api/sync/" + person.id();
        send(caller, "PUT", sync, "application/json", body);
        send(caller.with("If-Match", "\"0\""), "PUT", sync, "application/json", body);
        send(caller, "POST", "/api/auth/refresh", "application/json", body);
        send(caller, "POST", "/api/auth/refresh", "application/json", body);
        rows.run("UPDATE user_accounts SET revoked = true WHERE user_id = ?", person.id());
        everyOperation(person);
    }

    private void clientsThatGoAway() throws Exception {
        Person person = person();
        String body = person.body().encode();
        for (int length : new int[] {body.length(), 70_000}) {
            for (boolean reset : new boolean[] {true, false}) {
                for (String received : List.of("", body.substring(0, 100), body)) {
                    Socket socket = RawHttp.begin(
                            service.uri(),
                            head(
                                            "PUT",
                                            "/api/sync/" + person.id(),
                                            "Content-Type: application/json",
                                            "Authorization: Bearer " + person.access(),
                                            "Content-Length: " + length)
                                    + received);
                    if (reset) {
                        RawHttp.reset(socket);
                    } else {
                        socket.close();
                    }
                }
            }
        }
    }

    /** PostgreSQL quotes the values of the row in the error. */
    private void failingStatements(Person person) throws Exception {
        rows.run("ALTER TABLE user_sync_data ADD CONSTRAINT never CHECK (false) NOT VALID");
        rows.run("ALTER TABLE refresh_tokens ADD CONSTRAINT never CHECK (false) NOT VALID");
        rows.run("ALTER TABLE user_accounts ADD CONSTRAINT never CHECK (false) NOT VALID");
        everyOperation(person);
        rows.run("ALTER TABLE user_sync_data DROP CONSTRAINT never");
        rows.run("ALTER TABLE refresh_tokens DROP CONSTRAINT never");
        rows.run("ALTER TABLE user_accounts DROP CONSTRAINT never");
    }

    private void lockedTables(Person person) throws Exception {
        try (Connection other = rows.connect();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute(
                    "LOCK TABLE user_accounts, invite_codes, refresh_tokens, user_sync_data IN ACCESS EXCLUSIVE MODE");
            everyOperation(person);
            other.rollback();
        }
    }

    private void whatCameOut() throws Exception {
        scrapes.add(service.management().get("/q/metrics").body());
        for (String path : List.of("/q/metrics", "/q/health", "/q/health/ready", "/q/health/live", "/q/openapi")) {
            cameOut.add(service.management().get(path).body());
        }
        cameOut.add(service.api().get("/api/status").body());
        cameOut.add(service.api().get("/").body());
        cameOut.add(service.output());
        cameOut.addAll(collector.raw());
    }

    /** The lines that hold a secret. */
    private Collection<String> found() {
        // only where four characters look like the beginning of one, all are compared: there are millions of places
        Map<Integer, List<String>> byBeginning = secrets.stream()
                .map(secret -> secret.toLowerCase(Locale.ROOT))
                .collect(Collectors.groupingBy(secret -> beginning(secret, 0)));
        boolean[] begins = new boolean[1 << 16];
        byBeginning.keySet().forEach(beginning -> begins[beginning] = true);
        return cameOut.stream()
                .flatMap(String::lines)
                .map(line -> line.toLowerCase(Locale.ROOT))
                .filter(line -> IntStream.rangeClosed(0, line.length() - BEGINNING)
                        .anyMatch(at -> begins[beginning(line, at)]
                                && byBeginning.get(beginning(line, at)).stream()
                                        .anyMatch(secret -> line.startsWith(secret, at))))
                .distinct()
                .limit(50)
                .toList();
    }

    private static int beginning(String text, int at) {
        int hash = 0;
        for (int i = at; i < at + BEGINNING; i++) {
            hash = hash * 31 + text.charAt(i);
        }
        return hash & 0xffff;
    }
}
