package dev.logikids.peer.invite;

import dev.logikids.peer.web.ApiException;
import java.time.Clock;
import java.util.Locale;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Service;
import reactor.core.publisher.Mono;

@Service
public class InviteService {

    enum State {
        OPEN,
        UNKNOWN,
        EXPIRED,
        USED
    }

    private final InviteRepository invites;
    private final Clock clock;

    InviteService(InviteRepository invites, Clock clock) {
        this.invites = invites;
        this.clock = clock;
    }

    Mono<State> state(String code) {
        return invites.find(normalised(code))
                .map(invite -> {
                    if (invite.expiresAt() < clock.millis()) {
                        return State.EXPIRED;
                    }
                    return invite.usedBy().isEmpty() ? State.OPEN : State.USED;
                })
                .defaultIfEmpty(State.UNKNOWN);
    }

    /** Spends an open invite in the caller's transaction and returns its code. */
    public Mono<String> claim(String code, String userId) {
        return invites.claim(normalised(code), userId, clock.millis())
                .switchIfEmpty(Mono.defer(() -> state(code).flatMap(state -> Mono.error(rejection(state)))));
    }

    private static ApiException rejection(State state) {
        return switch (state) {
            case EXPIRED -> new ApiException(HttpStatus.BAD_REQUEST, "Invite code expired");
            case USED -> new ApiException(HttpStatus.BAD_REQUEST, "Invite code already used");
            case UNKNOWN, OPEN -> new ApiException(HttpStatus.NOT_FOUND, "Invite code not found");
        };
    }

    private static String normalised(String code) {
        return code.strip().toUpperCase(Locale.ROOT);
    }
}
