package dev.logikids.database.admin;

/** How a sign-in ended. */
public sealed interface SignIn {

    /** It is an operator. */
    record Accepted(Operator operator) implements SignIn {}

    /** A wrong token, or a user of the OpenID provider without the role. Nobody is told which. */
    record Refused() implements SignIn {}

    /**
     * The client address has used up its attempts; the credential was not looked at.
     *
     * @param retryAfterSeconds at least 1
     */
    record TooManyAttempts(long retryAfterSeconds) implements SignIn {}
}
