package dev.logikids.peer.sync;

import com.fasterxml.jackson.annotation.JsonFormat;

record SyncData(
        String encryptedBlob,
        String iv,
        @JsonFormat(shape = JsonFormat.Shape.STRING) long timestamp,
        String checksum) {

    @Override
    public String toString() {
        return "SyncData[***]";
    }
}
