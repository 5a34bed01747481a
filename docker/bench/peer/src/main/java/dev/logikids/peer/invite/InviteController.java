package dev.logikids.peer.invite;

import com.fasterxml.jackson.annotation.JsonInclude;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotEmpty;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

@RestController
@RequestMapping("/api/invite")
class InviteController {

    private final InviteService service;

    InviteController(InviteService service) {
        this.service = service;
    }

    record InviteCode(
            @NotEmpty(message = "Invalid code format") String code) {}

    record Check(
            boolean valid,
            @JsonInclude(JsonInclude.Include.NON_NULL) String reason) {}

    @PostMapping("/check")
    Mono<Check> check(@Valid @RequestBody InviteCode body) {
        return service.state(body.code()).map(state -> switch (state) {
            case OPEN -> new Check(true, null);
            case UNKNOWN -> new Check(false, "Code not found");
            case EXPIRED -> new Check(false, "Code expired");
            case USED -> new Check(false, "Code already used");
        });
    }
}
