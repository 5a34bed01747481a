package dev.logikids.peer.account;

import dev.logikids.peer.invite.InviteService;
import dev.logikids.peer.token.TokenService;
import dev.logikids.peer.web.ApiException;
import java.time.Clock;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;
import reactor.core.publisher.Mono;

@Service
public class AccountService {

    private final AccountRepository accounts;
    private final InviteService invites;
    private final TokenService tokens;
    private final Clock clock;

    AccountService(AccountRepository accounts, InviteService invites, TokenService tokens, Clock clock) {
        this.accounts = accounts;
        this.invites = invites;
        this.tokens = tokens;
        this.clock = clock;
    }

    record Session(String accessToken, String refreshToken, Account account) {}

    /** Spends an open invite on a new account and begins its first session, or changes nothing. */
    @Transactional
    public Mono<Session> register(String userId, String inviteCode) {
        return accounts.findById(userId)
                .flatMap(existing -> Mono.<String>error(userIdExists()))
                .switchIfEmpty(Mono.defer(() -> invites.claim(inviteCode, userId)))
                .flatMap(code -> accounts.insert(userId, code, clock.millis()))
                .onErrorMap(DuplicateKeyException.class, raced -> userIdExists())
                .flatMap(this::beginSession);
    }

    /** Begins another session; the account in it has its last_seen from before. */
    @Transactional
    public Mono<Session> login(String userId) {
        return accounts.findById(userId)
                .switchIfEmpty(Mono.error(() -> new ApiException(HttpStatus.NOT_FOUND, "Account not found")))
                .flatMap(account -> account.revoked()
                        ? Mono.error(new ApiException(HttpStatus.FORBIDDEN, "Account has been revoked"))
                        : accounts.markSeen(account.userId(), clock.millis()).then(beginSession(account)));
    }

    private Mono<Session> beginSession(Account account) {
        return tokens.beginSession(account.userId())
                .map(refreshToken ->
                        new Session(tokens.accessToken(account.userId(), account.inviteCode()), refreshToken, account));
    }

    private static ApiException userIdExists() {
        return new ApiException(HttpStatus.CONFLICT, "User ID already exists");
    }
}
