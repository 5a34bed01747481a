package dev.logikids.database.migration;

import dev.logikids.database.migration.script.MigrationFile;
import io.quarkus.liquibase.common.runtime.NativeImageResourceAccessor;
import io.quarkus.runtime.ImageMode;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
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

    /** Returns everything in the folder of this build and below: on the class path, in a jar or in a native executable. */
    public static List<MigrationFile> ofThisBuild() {
        return inThisBuild(MigrationFiles::read).stream().sorted(ORDER).toList();
    }

    /** Returns the names of the files of this build. */
    public static List<String> namesOfThisBuild() {
        return inThisBuild((name, resource) -> name).stream().sorted().toList();
    }

    private static <T> List<T> inThisBuild(Reader<T> reader) {
        try (ResourceAccessor accessor = accessor()) {
            List<T> found = new ArrayList<>();
            for (Resource resource : accessor.search(FOLDER, true)) {
                String path = resource.getPath();
                found.add(reader.read(path.substring(path.indexOf(FOLDER) + FOLDER.length() + 1), resource));
            }
            return found;
        } catch (Exception e) {
            throw new IllegalStateException("cannot read " + FOLDER + " of this build", e);
        }
    }

    private interface Reader<T> {
        T read(String name, Resource resource) throws IOException;
    }

    private static MigrationFile read(String name, Resource resource) throws IOException {
        try (InputStream in = resource.openInputStream()) {
            return MigrationFile.of(name, in.readAllBytes());
        }
    }

    /** Returns everything in a folder on disk and below. */
    public static List<MigrationFile> in(Path folder) throws IOException {
        List<MigrationFile> files = new ArrayList<>();
        Path root = folder.toRealPath();
        try (Stream<Path> entries = Files.walk(root)) {
            for (Path entry : (Iterable<Path>) entries::iterator) {
                String name = root.relativize(entry).toString().replace(File.separatorChar, '/');
                if (Files.isRegularFile(entry)) {
                    files.add(MigrationFile.of(name, Files.readAllBytes(entry)));
                } else if (!Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
                    files.add(MigrationFile.unreadable(name, "this is no file, nor a link to one; remove it"));
                }
            }
        }
        files.sort(ORDER);
        return List.copyOf(files);
    }

    private static ResourceAccessor accessor() {
        return ImageMode.current().isNativeImage()
                ? new NativeImageResourceAccessor()
                : new ClassLoaderResourceAccessor(Thread.currentThread().getContextClassLoader());
    }
}
