package dev.logikids.database.health;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.logikids.database.health.SchemaView.Schema;
import dev.logikids.database.postgresql.Database;
import dev.logikids.database.postgresql.PoolFigures;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The state of service, schema and pool at a glance, for operators; holds nothing of any user. */
@Path("/")
@Tag(name = "status")
public class StatusResource {

    private static final String ROW = "<tr><td>%s</td><td>%s</td></tr>\n";
    private static final String PAGE = """
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><title>Logikids Database</title>
            <style>body{font:16px system-ui;margin:2rem}td,th{padding:.2rem 1rem .2rem 0;text-align:left}</style></head>
            <body><h1>Logikids Database</h1>
            <p>Service %s, commit %s, schema %s</p>
            <table><tr><th>Migration</th><th>Applied</th></tr>
            %s</table>
            <p>Pool: %d of %d connections in use, %d waiting</p>
            <p><a href="/api/status">JSON</a></p>
            </body></html>
            """;

    private final SchemaView schemaView;
    private final SchemaComparison comparison;
    private final Database database;
    private final Build build = Build.read();

    StatusResource(SchemaView schemaView, SchemaComparison comparison, Database database) {
        this.schemaView = schemaView;
        this.comparison = comparison;
        this.database = database;
    }

    /**
     * The state of the service.
     *
     * @param commit of the sources that the service was built from, {@code unknown} if nobody told the build
     * @param schemaVersion the name of the last applied migration, empty if there is none
     * @param drifted what of the schema is missing or different from what the applied migrations make, by name
     * @param notCompared why nothing is known about that, else empty
     */
    @RegisterForReflection
    public record Status(
            @JsonProperty("service_version") String serviceVersion,
            String commit,
            @JsonProperty("schema_version") String schemaVersion,
            List<Migration> migrations,
            List<String> pending,
            List<String> drifted,
            @JsonProperty("not_compared") String notCompared,
            PoolFigures pool) {}

    /** One applied migration; {@code appliedAt} is null when the ledger does not say when. */
    @RegisterForReflection
    public record Migration(
            String name, @JsonProperty("applied_at") Instant appliedAt) {}

    @GET
    @Path("api/status")
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(summary = "Versions of service and schema, migrations, and the use of the connection pool")
    public Uni<Status> status() {
        return schemaView.look().flatMap(schema -> comparison.compare().map(result -> status(schema, result)));
    }

    @GET
    @Produces(MediaType.TEXT_HTML)
    @Operation(summary = "The same as a page")
    public Uni<String> page() {
        return status().map(StatusResource::html);
    }

    private Status status(Schema schema, SchemaComparison.Result result) {
        List<Migration> migrations = schema.applied().entrySet().stream()
                .map(entry -> new Migration(entry.getKey(), entry.getValue().orElse(null)))
                .toList();
        return new Status(
                build.version(),
                build.commit(),
                schema.version(),
                migrations,
                schema.pending(),
                result.drifted(),
                result.obstacle().orElse(""),
                database.figures());
    }

    private static String html(Status status) {
        String rows = Stream.of(
                        status.migrations().stream()
                                .map(migration -> ROW.formatted(
                                        escape(migration.name()),
                                        migration.appliedAt() == null ? "at an unknown time" : migration.appliedAt())),
                        status.pending().stream().map(name -> ROW.formatted(escape(name), "pending")),
                        status.drifted().stream().map(drift -> ROW.formatted(escape(drift), "drifted")))
                .flatMap(lines -> lines)
                .collect(Collectors.joining());
        PoolFigures pool = status.pool();
        return PAGE.formatted(
                escape(status.serviceVersion()),
                escape(status.commit()),
                escape(status.schemaVersion()),
                rows,
                pool.inUse(),
                pool.max(),
                pool.waiting());
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
