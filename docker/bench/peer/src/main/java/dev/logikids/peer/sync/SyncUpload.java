package dev.logikids.peer.sync;

import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.Size;
import java.util.List;

record SyncUpload(
        @NotNull(message = "Required") @Size(min = 1, message = "String must contain at least 1 character(s)")
        String encryptedBlob,

        @NotNull(message = "Required")
        @Size(min = 16, max = 16, message = "String must contain exactly 16 character(s)")
        @Pattern(regexp = "[A-Za-z0-9+/]*", message = "Invalid")
        String iv,

        @NotNull(message = "Required") @Positive(message = "Number must be greater than 0")
        Long timestamp,

        @NotNull(message = "Required")
        @Size(min = 64, max = 64, message = "String must contain exactly 64 character(s)")
        @Pattern(regexp = "[0-9A-Fa-f]*", message = "Invalid")
        String checksum) {

    static final List<String> FIELDS = List.of("encryptedBlob", "iv", "timestamp", "checksum");

    /** How many bytes the blob decodes to; characters that are not of base64 are skipped. */
    int decodedSize() {
        long digits = encryptedBlob
                .chars()
                .filter(c -> c >= 'A' && c <= 'Z'
                        || c >= 'a' && c <= 'z'
                        || c >= '0' && c <= '9'
                        || c == '+'
                        || c == '/'
                        || c == '-'
                        || c == '_')
                .count();
        return (int) (digits * 3 / 4);
    }

    @Override
    public String toString() {
        return "SyncUpload[***]";
    }
}
