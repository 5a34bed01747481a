package dev.logikids.database.testsupport;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

/** A collector of traces: takes OTLP as HTTP/protobuf, and keeps all of it. */
public final class OtlpReceiver implements AutoCloseable {

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Queue<byte[]> bodies = new ConcurrentLinkedQueue<>();
    private final Queue<String> paths = new ConcurrentLinkedQueue<>();

    /**
     * A span as it arrived.
     *
     * @param parentId empty without a parent
     * @param resource of the process that sent it
     */
    public record Span(
            String traceId,
            String id,
            String parentId,
            String name,
            Map<String, String> attributes,
            Map<String, String> resource,
            int events) {}

    private OtlpReceiver(int port) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            paths.add(exchange.getRequestURI().getPath());
            bodies.add(exchange.getRequestBody().readAllBytes());
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        server.start();
    }

    public static OtlpReceiver start() throws IOException {
        return new OtlpReceiver(0);
    }

    public static OtlpReceiver startAt(int port) throws IOException {
        return new OtlpReceiver(port);
    }

    public int port() {
        return server.getAddress().getPort();
    }

    /** For OTEL_EXPORTER_OTLP_ENDPOINT. */
    public String endpoint() {
        return "http://127.0.0.1:" + port();
    }

    public List<String> paths() {
        return List.copyOf(paths);
    }

    /** Returns all that arrived, each byte as one character. */
    public List<String> raw() {
        return bodies.stream()
                .map(body -> new String(body, StandardCharsets.ISO_8859_1))
                .toList();
    }

    public List<Span> spans() {
        return bodies.stream().flatMap(OtlpReceiver::spans).toList();
    }

    // the numbers are those of opentelemetry/proto/trace/v1/trace.proto
    private static Stream<Span> spans(byte[] body) {
        return messages(message(ByteString.copyFrom(body)), 1).flatMap(ofResource -> {
            Map<String, String> resource = messages(ofResource, 1)
                    .findFirst()
                    .map(each -> attributes(each, 1))
                    .orElse(Map.of());
            return messages(ofResource, 2)
                    .flatMap(ofScope -> messages(ofScope, 2))
                    .map(span -> new Span(
                            hex(span, 1),
                            hex(span, 2),
                            hex(span, 4),
                            bytes(span, 5).toStringUtf8(),
                            attributes(span, 9),
                            resource,
                            span.getField(11).getLengthDelimitedList().size()));
        });
    }

    private static Map<String, String> attributes(UnknownFieldSet message, int field) {
        Map<String, String> attributes = new TreeMap<>();
        messages(message, field).forEach(entry -> {
            UnknownFieldSet value = message(bytes(entry, 2));
            attributes.put(
                    bytes(entry, 1).toStringUtf8(),
                    value.hasField(1)
                            ? bytes(value, 1).toStringUtf8()
                            : value.getField(3).getVarintList().toString());
        });
        return attributes;
    }

    private static Stream<UnknownFieldSet> messages(UnknownFieldSet message, int field) {
        return message.getField(field).getLengthDelimitedList().stream().map(OtlpReceiver::message);
    }

    private static String hex(UnknownFieldSet message, int field) {
        return HexFormat.of().formatHex(bytes(message, field).toByteArray());
    }

    private static ByteString bytes(UnknownFieldSet message, int field) {
        List<ByteString> values = message.getField(field).getLengthDelimitedList();
        return values.isEmpty() ? ByteString.EMPTY : values.get(0);
    }

    private static UnknownFieldSet message(ByteString bytes) {
        try {
            return UnknownFieldSet.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
