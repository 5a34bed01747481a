package dev.logikids.database.openapi;

import static dev.logikids.database.problem.ProblemCode.ACCOUNT_NOT_FOUND;
import static dev.logikids.database.problem.ProblemCode.ACCOUNT_REVOKED;
import static dev.logikids.database.problem.ProblemCode.AUTHORIZATION_FORMAT;
import static dev.logikids.database.problem.ProblemCode.AUTHORIZATION_MISSING;
import static dev.logikids.database.problem.ProblemCode.CODE_FORMAT;
import static dev.logikids.database.problem.ProblemCode.INTERNAL_ERROR;
import static dev.logikids.database.problem.ProblemCode.INVITE_CODE_FORMAT;
import static dev.logikids.database.problem.ProblemCode.INVITE_EXPIRED;
import static dev.logikids.database.problem.ProblemCode.INVITE_NOT_FOUND;
import static dev.logikids.database.problem.ProblemCode.INVITE_USED;
import static dev.logikids.database.problem.ProblemCode.MALFORMED_BODY;
import static dev.logikids.database.problem.ProblemCode.OTHER_USERS_DATA;
import static dev.logikids.database.problem.ProblemCode.PAYLOAD_TOO_LARGE;
import static dev.logikids.database.problem.ProblemCode.PRECONDITION_FAILED;
import static dev.logikids.database.problem.ProblemCode.REFRESH_TOKEN_EXPIRED;
import static dev.logikids.database.problem.ProblemCode.REFRESH_TOKEN_FORMAT;
import static dev.logikids.database.problem.ProblemCode.REFRESH_TOKEN_INVALID;
import static dev.logikids.database.problem.ProblemCode.SERVICE_UNAVAILABLE;
import static dev.logikids.database.problem.ProblemCode.SESSION_NOT_FOUND;
import static dev.logikids.database.problem.ProblemCode.TOKEN_EXPIRED;
import static dev.logikids.database.problem.ProblemCode.TOKEN_INVALID;
import static dev.logikids.database.problem.ProblemCode.TOO_MANY_ATTEMPTS;
import static dev.logikids.database.problem.ProblemCode.TOO_MANY_SYNC_REQUESTS;
import static dev.logikids.database.problem.ProblemCode.UNSUPPORTED_MEDIA_TYPE;
import static dev.logikids.database.problem.ProblemCode.USER_ACCOUNT_NOT_FOUND;
import static dev.logikids.database.problem.ProblemCode.USER_ID_EXISTS;
import static dev.logikids.database.problem.ProblemCode.USER_ID_FORMAT;
import static dev.logikids.database.problem.ProblemCode.USER_ID_NOT_UUID;
import static dev.logikids.database.problem.ProblemCode.USER_NOT_FOUND;
import static dev.logikids.database.problem.ProblemCode.VALIDATION;

import dev.logikids.database.problem.ProblemCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the document says of one endpoint.
 *
 * @param request an example of the body, empty when none is read
 * @param answers examples by status: a Map of fields, a List of such, or an empty Map where there is no body
 */
record Endpoint(
        String method,
        String path,
        String tag,
        String summary,
        boolean bearer,
        List<String> requestHeaders,
        Map<String, Object> request,
        Map<Integer, Object> answers,
        List<ProblemCode> errors) {

    private static final String USER = "5f0c1d2e-3a4b-4c5d-8e6f-7a8b9c0d1e2f";
    private static final String ACCESS = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9…";
    private static final String REFRESH = "4f1a…";
    private static final Map<String, Object> TOKENS = Map.of("accessToken", ACCESS, "refreshToken", REFRESH);
    private static final Map<String, Object> ACCOUNT = new TreeMap<>(Map.of(
            "user_id", USER, "invite_code", "AB2C-DE3F", "created_at", 1767225600000L, "last_seen", 1767229200000L));
    private static final Map<String, Object> ENTERED =
            Map.of("accessToken", ACCESS, "refreshToken", REFRESH, "account", ACCOUNT);
    private static final Map<String, Object> SUCCESS = Map.of("success", true);
    private static final Map<String, Object> BLOB = Map.of(
            "encryptedBlob",
            "c29tZSBjaXBoZXJ0ZXh0",
            "iv",
            "MTIzNDU2Nzg5MDEy",
            "checksum",
            "0123456789abcdef".repeat(4));
    private static final Map<String, Object> REMOVED =
            new TreeMap<>(Map.of("user_sync_data", 1, "refresh_tokens", 3, "user_accounts", 1));
    private static final Map<String, Object> SESSION = new TreeMap<>(Map.of(
            "id", 42, "created_at", 1767225600000L, "expires_at", 1798761600000L, "last_used_at", 1767229200000L));
    private static final Map<String, Object> EXPORT = Map.of(
            "account",
            ACCOUNT,
            "invite",
            Map.of("code", "AB2C-DE3F"),
            "sync",
            new TreeMap<>(BLOB),
            "refresh_tokens",
            List.of(Map.of("session", 42)));
    private static final ProblemCode[] TOKEN_ERRORS = {
        AUTHORIZATION_MISSING, AUTHORIZATION_FORMAT, TOKEN_INVALID, TOKEN_EXPIRED, USER_ACCOUNT_NOT_FOUND
    };
    private static final ProblemCode[] BODY_ERRORS = {MALFORMED_BODY, PAYLOAD_TOO_LARGE, UNSUPPORTED_MEDIA_TYPE};

    private static final List<Endpoint> ALL = List.of(
            open("POST /api/auth/register", "Makes an account from an invite")
                    .request(Map.of("userId", USER, "inviteCode", "AB2C-DE3F"))
                    .answer(201, ENTERED)
                    .errors(USER_ID_FORMAT, INVITE_CODE_FORMAT, USER_ID_NOT_UUID, USER_ID_EXISTS)
                    .errors(INVITE_NOT_FOUND, INVITE_EXPIRED, INVITE_USED, TOO_MANY_ATTEMPTS),
            open("POST /api/auth/login", "Opens a session; the id is the credential")
                    .request(Map.of("userId", USER))
                    .answer(200, ENTERED)
                    .errors(USER_ID_FORMAT, USER_ID_NOT_UUID, ACCOUNT_NOT_FOUND, ACCOUNT_REVOKED, TOO_MANY_ATTEMPTS),
            refresh(
                    "POST /api/auth/refresh",
                    "Trades a refresh token for a new pair; again within 30 s gives the same pair"),
            refresh("POST /api/api/auth/refresh", "The same for old front ends, which double the prefix"),
            open("POST /api/auth/logout", "Ends the session of a refresh token; unknown ones too")
                    .request(Map.of("refreshToken", REFRESH))
                    .answer(200, SUCCESS)
                    .errors(REFRESH_TOKEN_FORMAT),
            bearer("GET /api/auth/verify", "Whether the access token is good")
                    .answer(200, Map.of("valid", true, "userId", USER)),
            bearer("GET /api/auth/account", "The account of the access token").answer(200, ACCOUNT),
            bearer("DELETE /api/auth/account", "Erases blob, tokens and account")
                    .answer(200, with(SUCCESS, "removed", REMOVED)),
            bearer("GET /api/auth/account/export", "All that the server holds about the user")
                    .answer(200, EXPORT),
            bearer("GET /api/auth/sessions", "The living sessions, never a token")
                    .answer(200, List.of(SESSION)),
            bearer("DELETE /api/auth/sessions", "Ends all sessions").answer(200, Map.of("success", true, "revoked", 2)),
            bearer("DELETE /api/auth/sessions/{id}", "Ends one session")
                    .answer(200, SUCCESS)
                    .errors(SESSION_NOT_FOUND),
            open("POST /api/invite/check", "Whether an invite is open; uses nothing up")
                    .request(Map.of("code", "AB2C-DE3F"))
                    .answer(200, Map.of("valid", true))
                    .errors(CODE_FORMAT, TOO_MANY_ATTEMPTS),
            open("POST /api/invite/validate", "The name by which older clients know check")
                    .request(Map.of("code", "AB2C-DE3F"))
                    .answer(200, Map.of("valid", true))
                    .errors(CODE_FORMAT, TOO_MANY_ATTEMPTS),
            sync("GET /api/sync/{userId}", "The stored blob; 304 when If-None-Match names its ETag")
                    .headers("If-None-Match")
                    .answer(200, with(BLOB, "timestamp", "1767225600000"))
                    .answer(304, Map.of())
                    .errors(USER_NOT_FOUND),
            sync("PUT /api/sync/{userId}", "Stores the blob; with a condition only if nobody else changed it")
                    .headers("If-Match", "If-None-Match")
                    .request(with(BLOB, "timestamp", 1767225600000L))
                    .answer(200, SUCCESS)
                    .errors(VALIDATION, PRECONDITION_FAILED),
            sync("DELETE /api/sync/{userId}", "Removes the blob, if there is one")
                    .answer(200, SUCCESS),
            sync("POST /api/sync/{userId}/verify", "Whether a blob is stored").answer(200, Map.of("exists", true)));

    static Optional<Endpoint> of(String method, String path) {
        return ALL.stream()
                .filter(known -> known.method.equals(method) && known.path.equals(path))
                .findFirst();
    }

    private static Endpoint open(String call, String summary) {
        String[] words = call.split(" ");
        return new Endpoint(
                words[0],
                words[1],
                words[1].replaceFirst("^(/api)+/", "").replaceFirst("/.*", ""),
                summary,
                false,
                List.of(),
                Map.of(),
                Map.of(),
                List.of(INTERNAL_ERROR, SERVICE_UNAVAILABLE));
    }

    private static Endpoint bearer(String call, String summary) {
        Endpoint open = open(call, summary);
        return new Endpoint(open.method, open.path, open.tag, summary, true, List.of(), Map.of(), Map.of(), open.errors)
                .errors(TOKEN_ERRORS);
    }

    private static Endpoint sync(String call, String summary) {
        return bearer(call, summary).errors(OTHER_USERS_DATA, TOO_MANY_SYNC_REQUESTS);
    }

    private static Endpoint refresh(String call, String summary) {
        return open(call, summary)
                .request(Map.of("refreshToken", REFRESH))
                .answer(200, TOKENS)
                .errors(REFRESH_TOKEN_FORMAT, REFRESH_TOKEN_INVALID, REFRESH_TOKEN_EXPIRED)
                .errors(ACCOUNT_REVOKED, TOO_MANY_ATTEMPTS);
    }

    private static Map<String, Object> with(Map<String, Object> fields, String field, Object value) {
        Map<String, Object> all = new TreeMap<>(fields);
        all.put(field, value);
        return all;
    }

    private Endpoint headers(String... names) {
        return new Endpoint(method, path, tag, summary, bearer, List.of(names), request, answers, errors);
    }

    private Endpoint request(Map<String, Object> example) {
        return new Endpoint(method, path, tag, summary, bearer, requestHeaders, example, answers, errors)
                .errors(BODY_ERRORS);
    }

    private Endpoint answer(int status, Object example) {
        Map<Integer, Object> all = new TreeMap<>(answers);
        all.put(status, example);
        return new Endpoint(method, path, tag, summary, bearer, requestHeaders, request, all, errors);
    }

    private Endpoint errors(ProblemCode... codes) {
        List<ProblemCode> all = new ArrayList<>(errors);
        all.addAll(List.of(codes));
        return new Endpoint(method, path, tag, summary, bearer, requestHeaders, request, answers, List.copyOf(all));
    }
}
