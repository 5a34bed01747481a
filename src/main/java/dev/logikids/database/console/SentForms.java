package dev.logikids.database.console;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.quarkus.qute.TemplateExtension;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * Lets each copy of a form act once: a second click, or a reload, gets the outcome of the first. Each replica remembers for
 * itself; the tunnel that an operator comes through leads to one.
 */
@ApplicationScoped
class SentForms {

    /** The name of the field that tells copies of a form apart: {@code templates/console/once.html}. */
    private static final String FIELD = "once";

    // a form that is older has been sent on purpose
    private static final Duration REMEMBERED = Duration.ofMinutes(10);
    private static final int MOST = 10_000;
    private static final int LONGEST = 32;

    private final Cache<String, Uni<?>> outcomes =
            Caffeine.newBuilder().maximumSize(MOST).expireAfterWrite(REMEMBERED).build();

    /** A value for the field in one copy of a form. */
    @TemplateExtension(namespace = "form")
    static String copy() {
        return Secrets.newId();
    }

    /** Acts for the first copy of the form; one whose action failed may be sent again. */
    @SuppressWarnings("unchecked")
    <T> Uni<T> once(ConsolePage page, Form form, Supplier<Uni<T>> action) {
        String copy = form.text(FIELD);
        if (copy.isEmpty() || copy.length() > LONGEST) {
            return action.get();
        }
        String key = page.session().id() + " " + copy;
        return (Uni<T>) outcomes.get(
                key,
                first -> action.get()
                        .onFailure()
                        .invoke(() -> outcomes.invalidate(key))
                        .memoize()
                        .indefinitely());
    }
}
