package dev.logikids.database.console;

import dev.logikids.database.admin.Audit;
import dev.logikids.database.admin.Audit.Action;
import dev.logikids.database.admin.Audit.Entry;
import dev.logikids.database.admin.Audit.Outcome;
import dev.logikids.database.admin.Audit.Query;
import dev.logikids.database.postgresql.Page.Cursor;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestQuery;

/** What operators have done, the newest first. */
@Path(ConsoleGate.ROOT + "/audit")
@Produces(MediaType.TEXT_HTML)
public class AuditResource {

    // what a person looks through
    private static final int ROWS = 50;

    private final Audit audit;

    AuditResource(Audit audit) {
        this.audit = audit;
    }

    /**
     * What the page shows.
     *
     * @param action chosen in the filter, else empty
     * @param outcome likewise
     * @param next a reference to where the next page begins; empty on the last one
     * @param later whether this is not the first page
     */
    public record Model(List<Entry> entries, String action, String outcome, String next, boolean later) {

        public List<Action> getActions() {
            return List.of(Action.values());
        }

        public List<Outcome> getOutcomes() {
            return List.of(Outcome.values());
        }
    }

    @CheckedTemplate(basePath = "console")
    static final class Templates {

        static native TemplateInstance audit(Model model);

        private Templates() {}
    }

    /**
     * One page.
     *
     * @param action of which rows are listed; what is none does not filter
     * @param outcome likewise
     * @param after from the page before; what is not from there begins with the newest
     */
    @GET
    @Operation(hidden = true)
    public Uni<TemplateInstance> page(
            @Context ConsolePage page, @RestQuery String action, @RestQuery String outcome, @RestQuery String after) {
        Optional<Action> ofAction = Stream.of(Action.values())
                .filter(one -> one.text().equals(action))
                .findFirst();
        Optional<Outcome> ofOutcome = Stream.of(Outcome.values())
                .filter(one -> one.text().equals(outcome))
                .findFirst();
        Optional<Cursor> cursor =
                Optional.ofNullable(after).flatMap(page::dereference).flatMap(Cursor::parse);
        return audit.page(new Query(ofAction, ofOutcome, Optional.empty(), Optional.empty(), cursor, ROWS))
                .map(found -> new Model(
                        found.items(),
                        ofAction.map(Action::text).orElse(""),
                        ofOutcome.map(Outcome::text).orElse(""),
                        found.next().map(next -> page.reference(next.text())).orElse(""),
                        cursor.isPresent()))
                .map(model -> page.show(Templates.audit(model)));
    }
}
