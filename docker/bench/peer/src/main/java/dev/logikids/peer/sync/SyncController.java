package dev.logikids.peer.sync;

import dev.logikids.peer.account.Account;
import dev.logikids.peer.account.LastSeen;
import jakarta.validation.Valid;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.validation.FieldError;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.bind.support.WebExchangeBindException;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** That the path names the user of the token is checked before, by the security configuration. */
@RestController
@RequestMapping("/api/sync/{userId}")
class SyncController {

    private final SyncService service;
    private final LastSeen lastSeen;

    SyncController(SyncService service, LastSeen lastSeen) {
        this.service = service;
        this.lastSeen = lastSeen;
    }

    record Success(boolean success) {}

    record Invalid(String error, List<Detail> details) {}

    record Detail(List<String> path, String message, String code) {}

    @GetMapping
    Mono<ResponseEntity<SyncData>> get(@AuthenticationPrincipal Account account, ServerWebExchange exchange) {
        lastSeen.mark(account.userId());
        UUID userId = UUID.fromString(account.userId());
        Mono<ResponseEntity<SyncData>> found = service.read(userId)
                .map(stored -> ResponseEntity.ok().eTag(stored.etag()).body(stored.data()));
        if (exchange.getRequest().getHeaders().getIfNoneMatch().isEmpty()) {
            return found;
        }
        return service.tag(userId)
                .filter(exchange::checkNotModified)
                .map(tag -> ResponseEntity.status(HttpStatus.NOT_MODIFIED).<SyncData>build())
                .switchIfEmpty(found);
    }

    @PutMapping
    Mono<ResponseEntity<Success>> put(
            @AuthenticationPrincipal Account account,
            @Valid @RequestBody SyncUpload upload,
            @RequestHeader HttpHeaders headers) {
        lastSeen.mark(account.userId());
        UUID userId = UUID.fromString(account.userId());
        List<String> ifMatch = headers.getIfMatch();
        List<String> ifNoneMatch = headers.getIfNoneMatch();
        Mono<String> stored = ifMatch.isEmpty() && ifNoneMatch.isEmpty()
                ? service.store(userId, upload)
                : service.storeIf(userId, upload, ifMatch, ifNoneMatch);
        return stored.map(tag -> ResponseEntity.ok().eTag(tag).body(new Success(true)));
    }

    /** Lists one error per field, in the order of the fields. */
    @ExceptionHandler
    @ResponseStatus(HttpStatus.BAD_REQUEST)
    Invalid invalid(WebExchangeBindException failure) {
        Map<String, FieldError> errors = new LinkedHashMap<>();
        failure.getFieldErrors().stream()
                // what a field consists of counts when its length is right
                .sorted(Comparator.<FieldError>comparingInt(error -> SyncUpload.FIELDS.indexOf(error.getField()))
                        .thenComparing(error -> "Pattern".equals(error.getCode())))
                .forEach(error -> errors.putIfAbsent(error.getField(), error));
        return new Invalid(
                "Validation error",
                errors.values().stream()
                        .map(error -> new Detail(List.of(error.getField()), error.getDefaultMessage(), code(error)))
                        .toList());
    }

    private static String code(FieldError error) {
        return switch (String.valueOf(error.getCode())) {
            case "NotNull" -> "invalid_type";
            case "Pattern" -> "invalid_string";
            // the arguments are the field, max and min
            case "Size" ->
                String.valueOf(error.getRejectedValue()).length() > (Integer) error.getArguments()[1]
                        ? "too_big"
                        : "too_small";
            default -> "too_small";
        };
    }
}
