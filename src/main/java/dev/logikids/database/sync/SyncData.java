package dev.logikids.database.sync;

import io.quarkus.runtime.annotations.RegisterForReflection;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * The body of a successful GET.
 *
 * @param encryptedBlob the text as it was stored
 * @param timestamp the client's time in digits, as a JSON string
 */
@RegisterForReflection
@Schema(examples = """
        {"encryptedBlob": "c29tZSBjaXBoZXJ0ZXh0", "iv": "MTIzNDU2Nzg5MDEy", "timestamp": "1767225600000",
          "checksum": "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"}
        """)
record SyncData(String encryptedBlob, String iv, String timestamp, String checksum) {

    @Override
    public String toString() {
        return "SyncData[" + encryptedBlob.length() + " characters]";
    }
}
