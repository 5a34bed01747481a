package dev.logikids.database.token;

/** What a verified access token says; whether the account still stands is for the request's SQL to find out. */
public record AccessToken(String userId, String inviteCode) {

    @Override
    public String toString() {
        return "AccessToken[userId=***, inviteCode=***]";
    }
}
