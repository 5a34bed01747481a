package dev.logikids.peer.sync;

import dev.logikids.peer.sync.SyncRepository.Stored;
import dev.logikids.peer.web.ApiException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;
import reactor.core.publisher.Mono;

@Service
class SyncService {

    private static final int MAX_BLOB = 1_000_000;

    private final SyncRepository blobs;
    private final LastAccessed lastAccessed;

    SyncService(SyncRepository blobs, LastAccessed lastAccessed) {
        this.blobs = blobs;
        this.lastAccessed = lastAccessed;
    }

    Mono<Stored> read(UUID userId) {
        return blobs.find(userId)
                .switchIfEmpty(Mono.error(() -> new ApiException(HttpStatus.NOT_FOUND, "User not found")))
                .doOnNext(stored -> lastAccessed.mark(userId));
    }

    Mono<String> tag(UUID userId) {
        return blobs.findTag(userId).doOnNext(tag -> lastAccessed.mark(userId));
    }

    /** Stores whatever is there, and returns the new ETag. */
    Mono<String> store(UUID userId, SyncUpload upload) {
        return checked(upload).flatMap(checked -> blobs.save(userId, checked));
    }

    /** Stores if both conditions hold (RFC 9110, section 13.1); an empty list is no condition. */
    @Transactional
    public Mono<String> storeIf(UUID userId, SyncUpload upload, List<String> ifMatch, List<String> ifNoneMatch) {
        return checked(upload)
                .flatMap(checked -> blobs.lockTag(userId).map(Optional::of).defaultIfEmpty(Optional.empty()))
                .flatMap(current -> {
                    boolean holds = (ifMatch.isEmpty() || names(ifMatch, current))
                            && (ifNoneMatch.isEmpty() || !names(ifNoneMatch, current));
                    if (!holds) {
                        return Mono.error(preconditionFailed(current));
                    }
                    return current.isPresent() ? blobs.save(userId, upload) : blobs.insert(userId, upload);
                })
                .switchIfEmpty(Mono.error(() -> preconditionFailed(Optional.empty())));
    }

    private static boolean names(List<String> condition, Optional<String> current) {
        return current.isPresent() && (condition.contains("*") || condition.contains(current.get()));
    }

    private static Mono<SyncUpload> checked(SyncUpload upload) {
        return upload.encryptedBlob().length() > MAX_BLOB
                ? Mono.error(new ApiException(HttpStatus.CONTENT_TOO_LARGE, "Payload too large (max 1MB)"))
                : Mono.just(upload);
    }

    private static ApiException preconditionFailed(Optional<String> current) {
        ApiException failure = new ApiException(HttpStatus.PRECONDITION_FAILED, "Precondition failed");
        current.ifPresent(failure.getHeaders()::setETag);
        return failure;
    }
}
