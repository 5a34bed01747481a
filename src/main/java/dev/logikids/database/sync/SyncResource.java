package dev.logikids.database.sync;

import dev.logikids.database.http.JsonBody;
import dev.logikids.database.limit.FixedWindows;
import dev.logikids.database.problem.ApiException;
import dev.logikids.database.problem.ProblemCode;
import dev.logikids.database.token.AccessTokens;
import dev.logikids.database.user.UserId;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerResponse;
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
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** {@code /api/sync}: one encrypted blob per user, readable by that user alone. */
@Path("/api/sync/{userId}")
@Produces(MediaType.APPLICATION_JSON)
class SyncResource {

    private final SyncService sync;
    private final SyncLimiter limiter;
    private final AccessTokens tokens;

    SyncResource(SyncService sync, SyncLimiter limiter, AccessTokens tokens) {
        this.sync = sync;
        this.limiter = limiter;
        this.tokens = tokens;
    }

    /** The body of a successful PUT or DELETE. */
    @RegisterForReflection
    record SyncResult(boolean success) {}

    /** Whether the user has stored anything. */
    @RegisterForReflection
    record SyncExistence(boolean exists) {}

    /** Stores the blob; with {@code If-Match} or {@code If-None-Match} only if nobody else has changed it meanwhile. */
    @PUT
    public Uni<Response> put(
            @PathParam("userId") String userId,
            @Context HttpHeaders headers,
            @Context HttpServerResponse response,
            JsonBody body) {
        return forOwner(userId, headers, response, owner -> {
                    SyncUpload upload = SyncUpload.from(body);
                    Optional<EntityTags> ifMatch =
                            headers.getRequestHeader(HttpHeaders.IF_MATCH).isEmpty()
                                    ? Optional.empty()
                                    : Optional.of(EntityTags.of(headers, HttpHeaders.IF_MATCH));
                    return sync.store(owner, upload, ifMatch, EntityTags.of(headers, HttpHeaders.IF_NONE_MATCH));
                })
                .map(outcome -> {
                    if (outcome instanceof WriteOutcome.Stored stored) {
                        return Response.ok(new SyncResult(true))
                                .tag(stored.etag())
                                .build();
                    }
                    Map<String, String> current = ((WriteOutcome.PreconditionFailed) outcome)
                            .etag()
                            .map(etag -> Map.of(HttpHeaders.ETAG, '"' + etag + '"'))
                            .orElse(Map.of());
                    throw new ApiException(ProblemCode.PRECONDITION_FAILED, current);
                });
    }

    /** Returns what is stored, or 304 without reading the blob when {@code If-None-Match} names it. */
    @GET
    public Uni<Response> get(
            @PathParam("userId") String userId, @Context HttpHeaders headers, @Context HttpServerResponse response) {
        return forOwner(
                        userId,
                        headers,
                        response,
                        owner -> sync.read(owner, EntityTags.of(headers, HttpHeaders.IF_NONE_MATCH)))
                .map(outcome -> {
                    if (outcome instanceof ReadOutcome.Found found) {
                        return Response.ok(found.data()).tag(found.etag()).build();
                    }
                    if (outcome instanceof ReadOutcome.NotModified unchanged) {
                        return Response.notModified(new EntityTag(unchanged.etag()))
                                .build();
                    }
                    throw new ApiException(ProblemCode.USER_NOT_FOUND);
                });
    }

    /** Whether anything is stored; does not count as access. */
    @POST
    @Path("/verify")
    public Uni<SyncExistence> verify(
            @PathParam("userId") String userId, @Context HttpHeaders headers, @Context HttpServerResponse response) {
        return forOwner(userId, headers, response, sync::exists).map(SyncExistence::new);
    }

    /** Removes the blob, if there is one; account and tokens stay. */
    @DELETE
    public Uni<SyncResult> delete(
            @PathParam("userId") String userId, @Context HttpHeaders headers, @Context HttpServerResponse response) {
        return forOwner(userId, headers, response, sync::delete).replaceWith(new SyncResult(true));
    }

    /**
     * Does the work for the user of the access token, if the path names that user. The work's own statement checks the
     * account; a request that is rejected before that statement still has its account checked, so that 401 wins over
     * 403 and 400.
     */
    private <T> Uni<T> forOwner(
            String userId, HttpHeaders headers, HttpServerResponse response, Function<UserId, Uni<T>> work) {
        UserId owner = tokens.verify(headers.getHeaderString(HttpHeaders.AUTHORIZATION))
                .userId();
        if (!owner.equalsIgnoreCase(userId)) {
            return sync.reject(owner, new ApiException(ProblemCode.OTHER_USERS_DATA));
        }
        count(owner, response);
        try {
            return work.apply(owner);
        } catch (ApiException invalid) {
            return sync.reject(owner, invalid);
        }
    }

    private void count(UserId owner, HttpServerResponse response) {
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
