package dev.logikids.database.sync;

import dev.logikids.database.http.JsonBody;
import dev.logikids.database.http.Success;
import dev.logikids.database.limit.SharedWindows;
import dev.logikids.database.problem.ApiException;
import dev.logikids.database.problem.ProblemCode;
import dev.logikids.database.problem.Problems;
import dev.logikids.database.token.AccessToken;
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
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.RestResponse.ResponseBuilder;

/** {@code /api/sync}: one encrypted blob per user, readable by that user alone. */
@Path("/api/sync/{userId}")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "sync")
@SecurityRequirement(name = AccessToken.SCHEME)
@Problems({ProblemCode.OTHER_USERS_DATA, ProblemCode.TOO_MANY_SYNC_REQUESTS})
class SyncResource {

    private final SyncService sync;
    private final SyncLimiter limiter;

    SyncResource(SyncService sync, SyncLimiter limiter) {
        this.sync = sync;
        this.limiter = limiter;
    }

    /** Whether the user has stored anything. */
    @RegisterForReflection
    record Existence(boolean exists) {}

    @PUT
    @Operation(summary = "Stores the blob; with a condition only if nobody else has changed it meanwhile")
    @Parameter(name = HttpHeaders.IF_MATCH, in = ParameterIn.HEADER, schema = @Schema(type = SchemaType.STRING))
    @Parameter(name = HttpHeaders.IF_NONE_MATCH, in = ParameterIn.HEADER, schema = @Schema(type = SchemaType.STRING))
    @Problems({ProblemCode.VALIDATION, ProblemCode.PRECONDITION_FAILED})
    public Uni<RestResponse<Success>> put(
            @Context AccessToken token,
            @PathParam("userId") String userId,
            @Context HttpHeaders headers,
            @Context HttpServerResponse response,
            @Schema(implementation = SyncUpload.class) JsonBody body) {
        return forOwner(token, userId, response, owner -> {
                    SyncUpload upload = SyncUpload.from(body);
                    Optional<EntityTags> ifMatch =
                            headers.getRequestHeader(HttpHeaders.IF_MATCH).isEmpty()
                                    ? Optional.empty()
                                    : Optional.of(EntityTags.of(headers, HttpHeaders.IF_MATCH));
                    return sync.store(owner, upload, ifMatch, EntityTags.of(headers, HttpHeaders.IF_NONE_MATCH));
                })
                .map(outcome -> {
                    if (outcome instanceof WriteOutcome.Stored stored) {
                        return ResponseBuilder.ok(new Success())
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

    @GET
    @Operation(summary = "The stored blob; 304 when If-None-Match names its ETag")
    @Parameter(name = HttpHeaders.IF_NONE_MATCH, in = ParameterIn.HEADER, schema = @Schema(type = SchemaType.STRING))
    @APIResponseSchema(SyncData.class)
    @APIResponse(responseCode = "304", description = "Not Modified")
    @Problems(ProblemCode.USER_NOT_FOUND)
    public Uni<RestResponse<SyncData>> get(
            @Context AccessToken token,
            @PathParam("userId") String userId,
            @Context HttpHeaders headers,
            @Context HttpServerResponse response) {
        EntityTags ifNoneMatch = EntityTags.of(headers, HttpHeaders.IF_NONE_MATCH);
        return forOwner(token, userId, response, owner -> sync.read(owner, ifNoneMatch))
                .map(outcome -> {
                    if (outcome instanceof ReadOutcome.Found found) {
                        return ResponseBuilder.ok(found.data())
                                .tag(found.etag())
                                .build();
                    }
                    if (outcome instanceof ReadOutcome.NotModified unchanged) {
                        return RestResponse.notModified(new EntityTag(unchanged.etag()));
                    }
                    throw new ApiException(ProblemCode.USER_NOT_FOUND);
                });
    }

    @POST
    @Path("/verify")
    @Operation(summary = "Whether a blob is stored; does not count as access to it")
    public Uni<Existence> verify(
            @Context AccessToken token, @PathParam("userId") String userId, @Context HttpServerResponse response) {
        return forOwner(token, userId, response, sync::exists).map(Existence::new);
    }

    @DELETE
    @Operation(summary = "Removes the blob, if there is one; account and tokens stay")
    public Uni<Success> delete(
            @Context AccessToken token, @PathParam("userId") String userId, @Context HttpServerResponse response) {
        return forOwner(token, userId, response, sync::delete).replaceWith(new Success());
    }

    /**
     * Does the work for the user of the access token, if the path names that user. The work's own statement checks the
     * account; a request that is rejected before that statement still has its account checked, so that 401 wins over
     * 403 and 400.
     */
    private <T> Uni<T> forOwner(
            AccessToken token, String userId, HttpServerResponse response, Function<UserId, Uni<T>> work) {
        UserId owner = token.userId();
        if (!owner.equalsIgnoreCase(userId)) {
            return sync.reject(owner, new ApiException(ProblemCode.OTHER_USERS_DATA));
        }
        if (!limiter.enabled()) {
            return doFor(owner, work);
        }
        return limiter.count(owner).chain(count -> {
            limitRate(count, response);
            return doFor(owner, work);
        });
    }

    private <T> Uni<T> doFor(UserId owner, Function<UserId, Uni<T>> work) {
        try {
            return work.apply(owner);
        } catch (ApiException invalid) {
            return sync.reject(owner, invalid);
        }
    }

    private void limitRate(SharedWindows.Count count, HttpServerResponse response) {
        // on the Vert.x response, so that error responses carry them too
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
