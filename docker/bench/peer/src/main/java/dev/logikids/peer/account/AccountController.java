package dev.logikids.peer.account;

import dev.logikids.peer.account.AccountService.Session;
import jakarta.validation.GroupSequence;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.Pattern;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

@RestController
@RequestMapping("/api/auth")
class AccountController {

    private static final String UUID = "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}";

    private final AccountService service;
    private final LastSeen lastSeen;

    AccountController(AccountService service, LastSeen lastSeen) {
        this.service = service;
        this.lastSeen = lastSeen;
    }

    /** Checks run one after the other: the answer names the first that fails. */
    interface UserIdPresence {}

    interface InviteCodePresence {}

    @GroupSequence({UserIdPresence.class, InviteCodePresence.class, Registration.class})
    record Registration(
            @NotEmpty(message = "Invalid userId format", groups = UserIdPresence.class)
            @Pattern(regexp = UUID, message = "userId must be a valid UUID")
            String userId,

            @NotEmpty(message = "Invalid inviteCode format", groups = InviteCodePresence.class)
            String inviteCode) {}

    @GroupSequence({UserIdPresence.class, Login.class})
    record Login(
            @NotEmpty(message = "Invalid userId format", groups = UserIdPresence.class)
            @Pattern(regexp = UUID, message = "userId must be a valid UUID")
            String userId) {}

    record Verification(boolean valid, String userId) {}

    @PostMapping("/register")
    @ResponseStatus(HttpStatus.CREATED)
    Mono<Session> register(@Valid @RequestBody Registration body) {
        return service.register(body.userId(), body.inviteCode());
    }

    @PostMapping("/login")
    Mono<Session> login(@Valid @RequestBody Login body) {
        return service.login(body.userId());
    }

    @GetMapping("/account")
    Account account(@AuthenticationPrincipal Account account) {
        lastSeen.mark(account.userId());
        return account;
    }

    @GetMapping("/verify")
    Verification verify(@AuthenticationPrincipal Account account) {
        lastSeen.mark(account.userId());
        return new Verification(true, account.userId());
    }
}
