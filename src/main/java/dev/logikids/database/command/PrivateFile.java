package dev.logikids.database.command;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * A new file that only its owner may read. Its name is taken before the work that fills it begins, so that a place where
 * nothing can be written is known early, and nothing is overwritten. It gets its content at once or not at all.
 */
final class PrivateFile implements AutoCloseable {

    private final Path path;
    private boolean written;

    private PrivateFile(Path path) {
        this.path = path;
    }

    /**
     * Takes the name of a file.
     *
     * @throws IOException with a message for a person, when there is such a file or it cannot be written
     */
    static PrivateFile reserve(Path path) throws IOException {
        try {
            Files.createFile(path, forOwner(path));
            return new PrivateFile(path);
        } catch (FileAlreadyExistsException e) {
            throw new IOException(path + " exists and is not overwritten: name another file, or remove it", e);
        } catch (NoSuchFileException e) {
            throw new IOException(path + " is in a folder that does not exist", e);
        } catch (IOException e) {
            throw new IOException(path + " cannot be written: " + reason(e), e);
        }
    }

    /**
     * Gives the file its content, on the disk when this returns.
     *
     * @throws IOException with a message for a person; the file does not exist then
     */
    void write(byte[] content) throws IOException {
        Path folder = path.toAbsolutePath().getParent();
        Path draft = null;
        try {
            // a temporary file is its owner's alone
            draft = Files.createTempFile(folder, ".logikids-", ".tmp");
            try (FileChannel channel = FileChannel.open(draft, StandardOpenOption.WRITE)) {
                ByteBuffer bytes = ByteBuffer.wrap(content);
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            Files.move(draft, path, StandardCopyOption.ATOMIC_MOVE);
            written = true;
        } catch (IOException e) {
            if (draft != null) {
                Files.deleteIfExists(draft);
            }
            throw new IOException(path + " cannot be written: " + reason(e), e);
        }
    }

    /** Gives the name free, unless the file was written. */
    @Override
    public void close() {
        if (!written) {
            try {
                Files.deleteIfExists(path);
            } catch (IOException e) {
                // an empty file stays, and says that nothing was written
            }
        }
    }

    private static FileAttribute<?>[] forOwner(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
    }

    private static String reason(IOException e) {
        return e instanceof java.nio.file.AccessDeniedException ? "permission denied" : e.getMessage();
    }
}
