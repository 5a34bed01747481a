package dev.logikids.database.telemetry;

import io.quarkus.logging.json.runtime.JsonFormatter;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jboss.logmanager.ExtLogRecord;

/**
 * One line of JSON for each log record, in the names of the Elastic Common Schema. That of Quarkus hides what belongs to
 * the request in an object {@code mdc}, where no reader of that schema looks.
 */
final class EcsFormatter extends JsonFormatter {

    private static final String NAMES = "TIMESTAMP=@timestamp,LOGGER_NAME=log.logger,LEVEL=log.level,"
            + "PROCESS_ID=process.pid,PROCESS_NAME=process.name,THREAD_NAME=process.thread.name,"
            + "THREAD_ID=process.thread.id,HOST_NAME=host.hostname,SEQUENCE=event.sequence,"
            + "STACK_TRACE=error.stack_trace";

    /** Of the diagnostic context; what is not here is for people. */
    private static final Map<String, String> OF_REQUEST = Map.of(
            RequestLine.METHOD,
            "http.request.method",
            RequestLine.ROUTE,
            "http.route",
            RequestLine.ID,
            "http.request.id",
            "traceId",
            "trace.id",
            "spanId",
            "span.id");

    EcsFormatter(JsonFormatter ofQuarkus) {
        super(NAMES, without(ofQuarkus.getExcludedKeys()), ofQuarkus.getAdditionalFields());
        setExceptionOutputType(ExceptionOutputType.FORMATTED);
    }

    private static Set<String> without(Set<String> excluded) {
        Set<String> all = new HashSet<>(excluded);
        all.add("mdc");
        all.add("ndc");
        return all;
    }

    @Override
    protected void after(Generator generator, ExtLogRecord record) throws Exception {
        Map<String, String> context = record.getMdcCopy();
        for (Map.Entry<String, String> field : OF_REQUEST.entrySet()) {
            String value = context.get(field.getKey());
            if (value != null) {
                generator.add(field.getValue(), value);
            }
        }
        Throwable thrown = record.getThrown();
        if (thrown != null) {
            generator.add("error.type", thrown.getClass().getName());
            generator.add("error.message", thrown.getMessage());
        }
        super.after(generator, record);
    }
}
