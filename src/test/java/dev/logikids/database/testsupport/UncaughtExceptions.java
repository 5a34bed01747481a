package dev.logikids.database.testsupport;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.eclipse.microprofile.context.spi.ContextManagerProvider;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/**
 * Fails a test class when an exception was logged as a warning or an error, or ended a thread, since the class before
 * it; JUnit finds this extension by its service file.
 */
public final class UncaughtExceptions implements BeforeAllCallback, AfterAllCallback {

    /** What ErrorAnswersTest makes the service log on purpose; another class may end first and find it. */
    private static final String EXPECTED = "SELECT secret FROM user_accounts";

    private final Queue<Seen> seen = new ConcurrentLinkedQueue<>();

    private record Seen(String logger, String message, Throwable exception) {

        @Override
        public String toString() {
            StringWriter text = new StringWriter();
            text.append(logger).append(": ").append(message).append('\n');
            exception.printStackTrace(new PrintWriter(text, true));
            return text.toString();
        }
    }

    private final class Collector extends Handler {

        @Override
        public void publish(LogRecord record) {
            if (record.getThrown() != null
                    && record.getLevel().intValue() >= Level.WARNING.intValue()
                    // says that the machine is slow
                    && !record.getLoggerName().endsWith(".BlockedThreadChecker")) {
                seen.add(new Seen(record.getLoggerName(), record.getMessage(), record.getThrown()));
            }
        }

        @Override
        public void flush() {
            // nothing is held back
        }

        @Override
        public void close() {
            // nothing is open
        }
    }

    /** Mutiny does so at its first use; two classes that run at the same time would both do it. */
    private static void setContextManager() {
        Thread current = Thread.currentThread();
        ClassLoader before = current.getContextClassLoader();
        // that of a Quarkus test knows other classes of the same names
        current.setContextClassLoader(UncaughtExceptions.class.getClassLoader());
        try {
            ContextManagerProvider.instance();
        } finally {
            current.setContextClassLoader(before);
        }
    }

    /** Before the first test class, so that what is logged while the last application stops is seen as well. */
    @Override
    public void beforeAll(ExtensionContext context) {
        context.getRoot()
                .getStore(Namespace.create(UncaughtExceptions.class))
                .getOrComputeIfAbsent("installed", key -> {
                    setContextManager();
                    Logger.getLogger("").addHandler(new Collector());
                    Thread.setDefaultUncaughtExceptionHandler((thread, exception) -> {
                        exception.printStackTrace();
                        seen.add(new Seen(thread.getName(), "ended by an exception", exception));
                    });
                    return (ExtensionContext.Store.CloseableResource) this::check;
                });
    }

    @Override
    public void afterAll(ExtensionContext context) {
        check();
    }

    private void check() {
        StringBuilder unexpected = new StringBuilder();
        for (Seen next = seen.poll(); next != null; next = seen.poll()) {
            if (!next.toString().contains(EXPECTED)) {
                unexpected.append('\n').append(next);
            }
        }
        if (!unexpected.isEmpty()) {
            throw new AssertionError("uncaught exceptions:" + unexpected);
        }
    }
}
