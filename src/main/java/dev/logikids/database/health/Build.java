package dev.logikids.database.health;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/**
 * Which build this is.
 *
 * @param commit of the sources, {@code unknown} unless Maven was told it with {@code -Drevision.commit}
 */
public record Build(String name, String version, String commit) {

    /** Reads {@code build.properties}, in which Maven has put the values. */
    public static Build read() {
        Properties values = new Properties();
        try (InputStream file = Build.class.getResourceAsStream("build.properties")) {
            values.load(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Build(values.getProperty("name"), values.getProperty("version"), values.getProperty("commit"));
    }

    /** As people read it. */
    @Override
    public String toString() {
        return name + " " + version + ", commit " + commit;
    }
}
