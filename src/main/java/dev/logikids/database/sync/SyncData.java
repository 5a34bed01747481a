package dev.logikids.database.sync;

import io.quarkus.runtime.annotations.RegisterForReflection;

/**
 * The body of a successful GET.
 *
 * @param encryptedBlob the text as it was stored
 * @param timestamp the client's time in digits, as a JSON string
 */
@RegisterForReflection
record SyncData(String encryptedBlob, String iv, String timestamp, String checksum) {

    @Override
    public String toString() {
        return "SyncData[" + encryptedBlob.length() + " characters]";
    }
}
