package dev.logikids.database.telemetry;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.sdk.trace.data.DelegatingSpanData;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import java.util.List;
import java.util.Set;

/**
 * What may leave of a span: a user id is a credential, and it may be in a path, a query string, a header, a method or the
 * message of an exception. So only attributes that cannot hold any text of a client or of the database are kept.
 */
final class ExportedSpan extends DelegatingSpanData {

    private static final String STATEMENT = "db.statement";
    private static final Set<String> KEPT = Set.of(
            "http.request.method",
            "http.route",
            "http.response.status_code",
            "http.request.body.size",
            "http.response.body.size",
            "url.scheme",
            "error.type",
            // our SQL is constant text with parameters
            STATEMENT,
            "db.operation",
            "db.sql.table");

    private final Attributes attributes;

    ExportedSpan(SpanData span) {
        super(span);
        AttributesBuilder kept = span.getAttributes().toBuilder().removeIf(key -> !KEPT.contains(key.getKey()));
        if (span.getAttributes().get(AttributeKey.stringKey(STATEMENT)) != null) {
            // Quarkus has the name of the database here
            kept.put("db.system", "postgresql");
        }
        this.attributes = kept.build();
    }

    @Override
    public Attributes getAttributes() {
        return attributes;
    }

    @Override
    public int getTotalAttributeCount() {
        return attributes.size();
    }

    /** Exceptions quote values. */
    @Override
    public List<EventData> getEvents() {
        return List.of();
    }

    @Override
    public int getTotalRecordedEvents() {
        return 0;
    }

    @Override
    public List<LinkData> getLinks() {
        return List.of();
    }

    @Override
    public int getTotalRecordedLinks() {
        return 0;
    }

    @Override
    public StatusData getStatus() {
        return StatusData.create(super.getStatus().getStatusCode(), "");
    }

    @Override
    public SpanContext getSpanContext() {
        return withoutState(super.getSpanContext());
    }

    @Override
    public SpanContext getParentSpanContext() {
        return withoutState(super.getParentSpanContext());
    }

    /** The header tracestate is free text. */
    private static SpanContext withoutState(SpanContext context) {
        if (context.getTraceState().isEmpty()) {
            return context;
        }
        return context.isRemote()
                ? SpanContext.createFromRemoteParent(
                        context.getTraceId(), context.getSpanId(), context.getTraceFlags(), TraceState.getDefault())
                : SpanContext.create(
                        context.getTraceId(), context.getSpanId(), context.getTraceFlags(), TraceState.getDefault());
    }
}
