package dev.logikids.database.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;

/** A wall clock that is off by as much as the test says, for the processes of the service that get its environment. */
final class WallClock {

    private final Path library;
    private final Path shift;

    private WallClock(Path library, Path shift) {
        this.library = library;
        this.shift = shift;
    }

    /** Makes one in that folder, which is right at first. Skips the test without a C compiler. */
    static WallClock in(Path folder) throws Exception {
        Path library = folder.resolve("wall_clock.so");
        try {
            Process compiler = new ProcessBuilder(
                            "cc", "-shared", "-fPIC", "-o", library.toString(), "src/test/c/wall_clock.c")
                    .inheritIO()
                    .start();
            assertThat(compiler.waitFor()).isZero();
        } catch (IOException e) {
            assumeTrue(false, "no C compiler: " + e.getMessage());
        }
        WallClock made = new WallClock(library, folder.resolve("shift"));
        made.set(Duration.ZERO);
        return made;
    }

    Map<String, String> environment() {
        return Map.of("LD_PRELOAD", library.toString(), "WALL_CLOCK_SHIFT", shift.toString());
    }

    /** Moves the clock of running processes too. */
    void set(Duration by) throws IOException {
        // in place: they have mapped the file
        try (FileChannel file = FileChannel.open(shift, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.allocate(Long.BYTES)
                    .order(ByteOrder.nativeOrder())
                    .putLong(by.toSeconds())
                    .flip());
        }
    }
}
