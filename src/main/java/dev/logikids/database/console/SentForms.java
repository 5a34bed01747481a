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
    private static final int MOST = 1_000;

    private final Cache<Form, Uni<?>> outcomes =
            Caffeine.newBuilder().maximumSize(MOST).expireAfterWrite(REMEMBERED).build();

    /** A value for the field in one copy of a form. */
    @TemplateExtension(namespace = "form")
    static String copy() {
        return Secrets.newId();
    }

    /**
     * Acts for the first copy of the form. One whose action failed may be sent again, and so may one that the operator went back
     * to and filled in otherwise.
     *
     * @param form of a session, which its CSRF token names
     */
    @SuppressWarnings("unchecked")
    <T> Uni<T> once(Form form, Supplier<Uni<T>> action) {
        if (form.text(FIELD).isEmpty()) {
            return action.get();
        }
        return (Uni<T>) outcomes.get(
                form,
                first -> action.get()
                        .onFailure()
                        .invoke(() -> outcomes.invalidate(form))
                        .memoize()
                        .indefinitely());
    }
}
