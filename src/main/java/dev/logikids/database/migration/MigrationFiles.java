package dev.logikids.database.migration;

import dev.logikids.database.migration.script.MigrationFile;
import io.quarkus.liquibase.common.runtime.NativeImageResourceAccessor;
import io.quarkus.runtime.ImageMode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import liquibase.resource.ClassLoaderResourceAccessor;
import liquibase.resource.Resource;
import liquibase.resource.ResourceAccessor;

/** Reads the migration files, in the order in which they are applied. */
public final class MigrationFiles {

    /** Their folder on the class path. */
    public static final String FOLDER = "db/changelog/migrations";

    /** Their folder in the sources of this project. */
    public static final String SOURCE_FOLDER = "src/main/resources/" + FOLDER;

    private static final Comparator<MigrationFile> ORDER = Comparator.comparing(MigrationFile::name);

    private MigrationFiles() {}

    /** Returns the files of this build: on the class path, in a jar or in a native executable. */
    public static List<MigrationFile> ofThisBuild() {
        try (ResourceAccessor accessor = accessor()) {
            List<MigrationFile> files = new ArrayList<>();
            for (Resource resource : accessor.search(FOLDER, false)) {
                String path = resource.getPath();
                if (path.endsWith(".sql")) {
                    try (InputStream in = resource.openInputStream()) {
                        files.add(file(path.substring(path.lastIndexOf('/') + 1), in.readAllBytes()));
                    }
                }
            }
            files.sort(ORDER);
            return List.copyOf(files);
        } catch (Exception e) {
            throw new IllegalStateException("cannot read " + FOLDER + " of this build", e);
        }
    }

    /** Returns the names of the files of this build. */
    public static List<String> namesOfThisBuild() {
        return ofThisBuild().stream().map(MigrationFile::name).toList();
    }

    /** Returns the {@code .sql} files of a folder on disk, not those of its subfolders. */
    public static List<MigrationFile> in(Path folder) throws IOException {
        List<MigrationFile> files = new ArrayList<>();
        try (Stream<Path> entries = Files.list(folder)) {
            for (Path entry : (Iterable<Path>) entries::iterator) {
                String name = entry.getFileName().toString();
                if (name.endsWith(".sql")) {
                    files.add(file(name, Files.readAllBytes(entry)));
                }
            }
        }
        files.sort(ORDER);
        return List.copyOf(files);
    }

    private static MigrationFile file(String name, byte[] content) {
        return new MigrationFile(name, new String(content, StandardCharsets.UTF_8));
    }

    private static ResourceAccessor accessor() {
        return ImageMode.current().isNativeImage()
                ? new NativeImageResourceAccessor()
                : new ClassLoaderResourceAccessor(Thread.currentThread().getContextClassLoader());
    }
}
