package dev.logikids.database.telemetry;

import io.opentelemetry.api.metrics.MeterProvider;
import io.opentelemetry.exporter.internal.http.HttpExporter;
import io.opentelemetry.exporter.internal.otlp.traces.TraceRequestMarshaler;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.common.InternalTelemetryVersion;
import io.opentelemetry.sdk.internal.ComponentId;
import io.opentelemetry.sdk.internal.StandardComponentId.ExporterType;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.quarkus.arc.Unremovable;
import io.quarkus.opentelemetry.runtime.exporter.otlp.sender.VertxHttpSender;
import io.quarkus.opentelemetry.runtime.exporter.otlp.tracing.VertxHttpSpanExporter;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.net.PemTrustOptions;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Sends spans to the collector that {@code OTEL_EXPORTER_OTLP_ENDPOINT} names, without anything that a client has
 * written ({@link ExportedSpan}). Logs one line when they no longer arrive and one when they do again (ADR 27).
 */
@Singleton
@Unremovable
class TraceExporter implements SpanExporter {

    private static final Logger LOG = Logger.getLogger(TraceExporter.class);

    private final Optional<Collector> collector;
    private final Optional<SpanExporter> sender;
    private boolean arrives = true;

    TraceExporter(Vertx vertx) {
        // the SDK may ask for its exporters even where it is disabled: no client is opened then
        this.collector = Collector.ifEnabled();
        this.sender = collector.map(each -> sender(each, vertx));
    }

    private static SpanExporter sender(Collector collector, Vertx vertx) {
        VertxHttpSender sender = new VertxHttpSender(
                collector.base(),
                collector.path(),
                collector.compressed(),
                collector.timeout(),
                collector.headers(),
                "application/x-protobuf",
                options -> secure(options, collector),
                vertx);
        return new VertxHttpSpanExporter(new HttpExporter<TraceRequestMarshaler>(
                ComponentId.generateLazy(ExporterType.OTLP_HTTP_SPAN_EXPORTER),
                sender,
                MeterProvider::noop,
                InternalTelemetryVersion.LATEST,
                collector.base().toString()));
    }

    private static void secure(HttpClientOptions options, Collector collector) {
        options.setConnectTimeout(Math.toIntExact(collector.timeout().toMillis()));
        options.setSsl(collector.base().getScheme().equals("https"));
        collector.certificate().ifPresent(file -> options.setPemTrustOptions(new PemTrustOptions().addCertPath(file)));
    }

    @Override
    public CompletableResultCode export(Collection<SpanData> spans) {
        if (sender.isEmpty()) {
            return CompletableResultCode.ofSuccess();
        }
        CompletableResultCode result = sender.get()
                .export(spans.stream().<SpanData>map(ExportedSpan::new).toList());
        return result.whenComplete(() -> log(result));
    }

    private synchronized void log(CompletableResultCode result) {
        if (arrives != result.isSuccess()) {
            arrives = result.isSuccess();
            if (arrives) {
                LOG.info("traces arrive again");
            } else {
                Throwable failure = result.getFailureThrowable();
                LOG.warnf(
                        "traces do not arrive at %s and are dropped until they do: %s",
                        collector.orElseThrow().address(), failure == null ? "no answer" : failure.getMessage());
            }
        }
    }

    @Override
    public CompletableResultCode flush() {
        return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode shutdown() {
        return sender.map(SpanExporter::shutdown).orElseGet(CompletableResultCode::ofSuccess);
    }
}
