package dev.logikids.database.token;

import dev.logikids.database.user.UserId;

/**
 * What a verified access token says. Whether its account still exists and is not revoked is checked by the request's
 * SQL.
 *
 * @param inviteCode empty if the token has none
 */
public record AccessToken(UserId userId, String inviteCode) {

    @Override
    public String toString() {
        return "AccessToken[***]";
    }
}
