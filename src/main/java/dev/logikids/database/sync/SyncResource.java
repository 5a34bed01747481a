package dev.logikids.database.sync;

import dev.logikids.database.account.LastSeen;
import dev.logikids.database.http.JsonBody;
import dev.logikids.database.limit.FixedWindows;
import dev.logikids.database.problem.ApiException;
import dev.logikids.database.problem.ProblemCode;
import dev.logikids.database.token.AccessToken;
import dev.logikids.database.token.AccessTokens;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.EntityTag;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Clock;
import java.util.Map;
import java.util.function.Function;

/** One encrypted blob a user, readable by that user alone. */
@Path("/api/sync/{userId}")
@Produces(MediaType.APPLICATION_JSON)
class SyncResource {

    private static final String SUCCESS = new JsonObject().put("success", true).encode();

    private final SyncRepository repository;
    private final SyncLimiter limiter;
    private final LastAccessed lastAccessed;
    private final LastSeen lastSeen;
    private final AccessTokens tokens;
    private final Clock clock;

    SyncResource(
            SyncRepository repository,
            SyncLimiter limiter,
            LastAccessed lastAccessed,
            LastSeen lastSeen,
            AccessTokens tokens,
            Clock clock) {
        this.repository = repository;
        this.limiter = limiter;
        this.lastAccessed = lastAccessed;
        this.lastSeen = lastSeen;
        this.tokens = tokens;
        this.clock = clock;
    }

    /** Stores the blob; with {@code If-Match} or {@code If-None-Match} only if nobody else changed it meanwhile. */
    @PUT
    public Uni<Response> put(
            @PathParam("userId") String userId,
            @Context HttpHeaders headers,
            @Context HttpServerResponse response,
            JsonBody body) {
        return enter(userId, headers, response, owner -> write(owner, headers, body))
                .map(outcome -> {
                    if (outcome instanceof WriteOutcome.Stored stored) {
                        return Response.ok(SUCCESS).tag(stored.etag()).build();
                    }
                    Map<String, String> current = ((WriteOutcome.Refused) outcome)
                            .etag()
                            .map(etag -> Map.of(HttpHeaders.ETAG, '"' + etag + '"'))
                            .orElse(Map.of());
                    throw new ApiException(ProblemCode.PRECONDITION_FAILED, current);
                });
    }

    /** Answers what is stored, or 304 without reading the blob when {@code If-None-Match} names it. */
    @GET
    public Uni<Response> get(
            @PathParam("userId") String userId, @Context HttpHeaders headers, @Context HttpServerResponse response) {
        return enter(userId, headers, response, owner -> read(owner, headers)).map(found -> {
            if (found instanceof ReadOutcome.Nothing) {
                throw new ApiException(ProblemCode.USER_NOT_FOUND);
            }
            return found instanceof ReadOutcome.Data data
                    ? Response.ok(data.data()).tag(data.etag()).build()
                    : Response.notModified(new EntityTag(((ReadOutcome.NotModified) found).etag()))
                            .build();
        });
    }

    /** Tells whether anything is stored; does not count as access. */
    @POST
    @Path("/verify")
    public Uni<String> verify(
            @PathParam("userId") String userId, @Context HttpHeaders headers, @Context HttpServerResponse response) {
        return enter(userId, headers, response, repository::exists)
                .map(exists -> new JsonObject().put("exists", exists).encode());
    }

    /** Removes the blob, if there is one; account and tokens stay. */
    @DELETE
    public Uni<String> delete(
            @PathParam("userId") String userId, @Context HttpHeaders headers, @Context HttpServerResponse response) {
        return enter(userId, headers, response, repository::delete).map(done -> SUCCESS);
    }

    private Uni<WriteOutcome> write(String owner, HttpHeaders headers, JsonBody body) {
        SyncUpload upload = SyncUpload.from(body);
        EntityTags unless = EntityTags.of(headers, HttpHeaders.IF_NONE_MATCH);
        return headers.getRequestHeader(HttpHeaders.IF_MATCH).isEmpty()
                ? repository.store(owner, upload, clock.instant(), unless)
                : repository.replace(
                        owner, upload, clock.instant(), EntityTags.of(headers, HttpHeaders.IF_MATCH), unless);
    }

    private Uni<ReadOutcome> read(String owner, HttpHeaders headers) {
        return repository
                .find(owner, EntityTags.of(headers, HttpHeaders.IF_NONE_MATCH))
                .invoke(found -> {
                    if (!(found instanceof ReadOutcome.Nothing)) {
                        lastAccessed.read(owner, clock.millis());
                    }
                });
    }

    /**
     * Does the work for the token's user if it is that user's data that is asked for, and the account is accepted: the
     * work's statement checks it. A request that is refused before its statement learns first whether its account is.
     */
    private <T> Uni<T> enter(
            String userId, HttpHeaders headers, HttpServerResponse response, Function<String, Uni<T>> work) {
        AccessToken token = tokens.verify(headers.getHeaderString(HttpHeaders.AUTHORIZATION));
        String owner = token.userId();
        if (!owner.equalsIgnoreCase(userId)) {
            return refuse(owner, new ApiException(ProblemCode.OTHER_USERS_DATA));
        }
        count(owner, response);
        Uni<T> done;
        try {
            done = work.apply(owner);
        } catch (ApiException invalid) {
            return refuse(owner, invalid);
        }
        return done.invoke(() -> lastSeen.seen(owner, clock.millis()));
    }

    private <T> Uni<T> refuse(String owner, ApiException refusal) {
        return repository
                .exists(owner)
                .invoke(() -> lastSeen.seen(owner, clock.millis()))
                .chain(() -> Uni.createFrom().failure(refusal));
    }

    private void count(String owner, HttpServerResponse response) {
        if (!limiter.enabled()) {
            return;
        }
        FixedWindows.Count count = limiter.count(owner);
        // on the Vert.x response: every answer has them, errors too
        response.putHeader("RateLimit-Policy", limiter.policy())
                .putHeader("RateLimit-Limit", Integer.toString(limiter.requests()))
                .putHeader("RateLimit-Remaining", Long.toString(count.remaining()))
                .putHeader("RateLimit-Reset", Long.toString(count.resetSeconds()));
        if (!count.allowed()) {
            throw new ApiException(
                    ProblemCode.TOO_MANY_SYNC_REQUESTS,
                    Map.of(HttpHeaders.RETRY_AFTER, Long.toString(count.resetSeconds())));
        }
    }
}
