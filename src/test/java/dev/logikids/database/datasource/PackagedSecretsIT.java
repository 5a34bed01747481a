package dev.logikids.database.datasource;

import static org.assertj.core.api.Assertions.assertThat;

import dev.logikids.database.testsupport.ServiceProcess;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;

/** The pom sets this DATABASE_URL while it packages; a package that keeps it would hand the password on with itself. */
class PackagedSecretsIT {

    private static final String[] MARKERS = {"marker-user", "marker-password", "marker-host", "marker-database"};
    private static final Path PACKAGE = ServiceProcess.application();

    @Test
    void thePackageKeepsNothingOfTheBuildsDatabaseUrl() throws IOException {
        List<String> found = new ArrayList<>();
        // the libraries in lib/ come as they are; a native executable is one file
        List<Path> parts = Files.isDirectory(PACKAGE)
                ? Stream.of("quarkus-run.jar", "app", "quarkus", "quarkus-app-dependencies.txt")
                        .map(PACKAGE::resolve)
                        .toList()
                : List.of(PACKAGE);
        for (Path part : parts) {
            try (Stream<Path> files = Files.walk(part)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    try (InputStream in = Files.newInputStream(file)) {
                        search(file.toString(), in, found);
                    }
                }
            }
        }
        assertThat(found).isEmpty();
    }

    private static void search(String name, InputStream in, List<String> found) throws IOException {
        if (name.endsWith(".jar")) {
            ZipInputStream jar = new ZipInputStream(in);
            for (ZipEntry entry = jar.getNextEntry(); entry != null; entry = jar.getNextEntry()) {
                // the pom itself is in there
                if (!entry.getName().startsWith("META-INF/maven/")) {
                    search(name + "!" + entry.getName(), jar, found);
                }
            }
            return;
        }
        String content = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
        Stream.of(MARKERS).filter(content::contains).forEach(marker -> found.add(marker + " in " + name));
    }
}
