package dev.logikids.database.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrivateFileTest {

    @TempDir
    Path folder;

    @Test
    void onlyTheOwnerMayReadIt() throws Exception {
        Path path = folder.resolve("secret");
        try (PrivateFile file = PrivateFile.reserve(path)) {
            file.write("codes".getBytes(StandardCharsets.UTF_8));
        }

        assertThat(path).hasContent("codes");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                .isEqualTo("rw-------");
        assertThat(files()).containsExactly("secret");
    }

    @Test
    void nothingIsOverwritten() throws Exception {
        Path path = Files.writeString(folder.resolve("there"), "before");

        assertThatThrownBy(() -> PrivateFile.reserve(path))
                .isInstanceOf(IOException.class)
                .hasMessage(path + " exists and is not overwritten: name another file, or remove it");
        assertThat(path).hasContent("before");
    }

    @Test
    void aFileThatWasNotFilledIsNotThere() throws Exception {
        PrivateFile.reserve(folder.resolve("empty")).close();

        assertThat(files()).isEmpty();
    }

    @Test
    void aFolderThatDoesNotExistIsNamed() {
        Path path = folder.resolve("none").resolve("file");

        assertThatThrownBy(() -> PrivateFile.reserve(path))
                .isInstanceOf(IOException.class)
                .hasMessage(path + " is in a folder that does not exist");
    }

    @Test
    void aWriteThatFailsLeavesNothing() throws Exception {
        Path place = Files.createDirectory(folder.resolve("place"));
        Path path = place.resolve("file");
        try (PrivateFile file = PrivateFile.reserve(path)) {
            Files.delete(path);
            Files.delete(place);

            assertThatThrownBy(() -> file.write(new byte[1]))
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith(path + " cannot be written: ");
        }
        assertThat(files()).isEmpty();
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
