package dev.logikids.database.telemetry;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdkBuilder;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.opentelemetry.sdk.trace.samplers.SamplingResult;
import io.quarkus.arc.Unremovable;
import io.quarkus.opentelemetry.runtime.AutoConfiguredOpenTelemetrySdkBuilderCustomizer;
import jakarta.inject.Singleton;
import java.util.List;

/**
 * A trace begins with a request of a client, and the sampler that the operator has chosen decides on that; the statements
 * follow their request. No probe, clean-up or batch of the database is a trace of its own.
 */
@Singleton
@Unremovable
class RequestSampling implements AutoConfiguredOpenTelemetrySdkBuilderCustomizer {

    @Override
    public void customize(AutoConfiguredOpenTelemetrySdkBuilder builder) {
        builder.addSamplerCustomizer((chosen, config) -> new OfRequests(chosen));
    }

    private record OfRequests(Sampler chosen) implements Sampler {

        @Override
        public SamplingResult shouldSample(
                Context parent,
                String traceId,
                String name,
                SpanKind kind,
                Attributes attributes,
                List<LinkData> links) {
            if (kind == SpanKind.SERVER) {
                return chosen.shouldSample(parent, traceId, name, kind, attributes, links);
            }
            return Span.fromContext(parent).getSpanContext().isSampled()
                    ? SamplingResult.recordAndSample()
                    : SamplingResult.drop();
        }

        @Override
        public String getDescription() {
            return chosen.getDescription();
        }
    }
}
