package dev.logikids.database.problem;

import java.util.Locale;

/**
 * Every error response of the API: its HTTP status, and the text that clients find under {@code error}. The name, in
 * lower case, is the stable {@code code} of RFC 9457.
 */
public enum ProblemCode {
    // general
    MALFORMED_BODY(400, "Malformed request body"),
    MALFORMED_REQUEST(400, "Malformed request"),
    NOT_FOUND(404, "Not found"),
    METHOD_NOT_ALLOWED(405, "Method not allowed"),
    NOT_ACCEPTABLE(406, "Not acceptable"),
    REQUEST_TIMEOUT(408, "Request timeout"),
    PAYLOAD_TOO_LARGE(413, "Payload too large (max 1MB)"),
    UNSUPPORTED_MEDIA_TYPE(415, "Unsupported media type"),
    TOO_MANY_HEADERS(431, "Too many headers"),
    INTERNAL_ERROR(500, "Internal server error"),
    SERVICE_UNAVAILABLE(503, "Service unavailable"),
    // console
    OTHER_SITE(403, "Another site sent this request"),
    FORM_OUTDATED(403, "This form is outdated. Reload its page and try again."),
    // access token
    AUTHORIZATION_MISSING(401, "No authorization token provided"),
    AUTHORIZATION_FORMAT(401, "Invalid authorization format. Use: Bearer <token>"),
    TOKEN_INVALID(401, "Invalid authentication token"),
    TOKEN_EXPIRED(401, "Token expired. Please login again."),
    USER_ACCOUNT_NOT_FOUND(401, "User account not found"),
    // register, login
    USER_ID_FORMAT(400, "Invalid userId format"),
    USER_ID_NOT_UUID(400, "userId must be a valid UUID"),
    INVITE_CODE_FORMAT(400, "Invalid inviteCode format"),
    USER_ID_EXISTS(409, "User ID already exists"),
    INVITE_NOT_FOUND(404, "Invite code not found"),
    INVITE_EXPIRED(400, "Invite code expired"),
    INVITE_USED(400, "Invite code already used"),
    ACCOUNT_NOT_FOUND(404, "Account not found"),
    ACCOUNT_REVOKED(403, "Account has been revoked"),
    TOO_MANY_ATTEMPTS(429, "Too many failed attempts. Please try again later."),
    // refresh, sessions
    REFRESH_TOKEN_FORMAT(400, "Invalid refreshToken format"),
    REFRESH_TOKEN_INVALID(401, "Invalid refresh token"),
    REFRESH_TOKEN_EXPIRED(401, "Refresh token expired"),
    SESSION_NOT_FOUND(404, "Session not found"),
    // invite check
    CODE_FORMAT(400, "Invalid code format"),
    // sync
    OTHER_USERS_DATA(403, "Cannot access another user's data"),
    USER_NOT_FOUND(404, "User not found"),
    VALIDATION(400, "Validation error"),
    PRECONDITION_FAILED(412, "Precondition failed"),
    TOO_MANY_SYNC_REQUESTS(429, "Too many sync requests. Please try again later."),
    // admin
    OPERATOR_REQUIRED(401, "Operator token required"),
    INVITE_OF_ACCOUNT(409, "An account was made with this invite"),
    MIGRATION_NOT_FOUND(404, "Migration not found");

    private static final String TYPE = "urn:logikids:problem:";

    private final int status;
    private final String text;

    ProblemCode(int status, String text) {
        this.status = status;
        this.text = text;
    }

    /** Returns the error for a status that Quarkus or Vert.x chose. */
    public static ProblemCode ofStatus(int status) {
        return switch (status) {
            case 404 -> NOT_FOUND;
            case 405 -> METHOD_NOT_ALLOWED;
            case 406 -> NOT_ACCEPTABLE;
            case 408 -> REQUEST_TIMEOUT;
            case 413 -> PAYLOAD_TOO_LARGE;
            case 415 -> UNSUPPORTED_MEDIA_TYPE;
            case 431 -> TOO_MANY_HEADERS;
            case 503 -> SERVICE_UNAVAILABLE;
            default -> status < 500 ? MALFORMED_REQUEST : INTERNAL_ERROR;
        };
    }

    /** Whether the client guessed at an id, a code or a token: the guesses of each client address are limited. */
    public boolean isFailedGuess() {
        return switch (this) {
            case ACCOUNT_NOT_FOUND,
                    INVITE_NOT_FOUND,
                    INVITE_EXPIRED,
                    INVITE_USED,
                    REFRESH_TOKEN_INVALID,
                    REFRESH_TOKEN_EXPIRED -> true;
            default -> false;
        };
    }

    /** The HTTP status of the response. */
    public int status() {
        return status;
    }

    /** The exact text that clients know. */
    public String text() {
        return text;
    }

    /** The name in lower case: the {@code code} member of RFC 9457. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The stable {@code type} of RFC 9457. */
    public String type() {
        return TYPE + code().replace('_', '-');
    }

    /** The {@code title} of RFC 9457: the name as words. */
    public String title() {
        return name().charAt(0) + code().substring(1).replace('_', ' ');
    }
}
