package dev.logikids.peer.token;

import dev.logikids.peer.token.TokenService.Refreshed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotEmpty;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

@RestController
class TokenController {

    private final TokenService service;

    TokenController(TokenService service) {
        this.service = service;
    }

    record RefreshRequest(
            @NotEmpty(message = "Invalid refreshToken format")
            String refreshToken) {}

    @PostMapping("/api/auth/refresh")
    Mono<Refreshed> refresh(@Valid @RequestBody RefreshRequest body) {
        return service.refresh(body.refreshToken());
    }
}
