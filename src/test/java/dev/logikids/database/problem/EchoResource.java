package dev.logikids.database.problem;

import dev.logikids.database.http.JsonBody;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.json.JsonObject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** In tests only: shows what a resource gets, and fails in the ways a resource can fail. */
@Path("/api/echo")
@Produces("application/json")
public class EchoResource {

    @POST
    @Path("/{name}")
    @Operation(hidden = true)
    public Uni<String> text(@PathParam("name") String name, JsonBody body) {
        String text = body.text(name).orElse("<none>");
        return Uni.createFrom()
                .item(new JsonObject()
                        .put("text", text.length() > 100 ? String.valueOf(text.length()) : text)
                        .put("eventLoop", Context.isOnEventLoopThread())
                        .encode());
    }

    @GET
    @Path("/fail")
    @Operation(hidden = true)
    public Uni<String> fail() {
        return Uni.createFrom().failure(new IllegalStateException("SELECT secret FROM user_accounts"));
    }

    @GET
    @Path("/fail/{secret}")
    @Operation(hidden = true)
    public Uni<String> fail(@PathParam("secret") String secret) {
        return fail();
    }
}
