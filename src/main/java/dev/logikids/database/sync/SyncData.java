package dev.logikids.database.sync;

import io.quarkus.runtime.annotations.RegisterForReflection;

/**
 * What a GET answers.
 *
 * @param encryptedBlob the text as it was stored
 * @param timestamp the client's time as digits: a string, as clients know it
 */
@RegisterForReflection
record SyncData(String encryptedBlob, String iv, String timestamp, String checksum) {

    @Override
    public String toString() {
        return "SyncData[" + encryptedBlob.length() + " characters]";
    }
}
