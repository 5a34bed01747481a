package dev.logikids.database.http;

import dev.logikids.database.problem.ApiException;
import dev.logikids.database.problem.ProblemCode;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.Provider;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import org.jboss.resteasy.reactive.server.spi.ResteasyReactiveResourceInfo;
import org.jboss.resteasy.reactive.server.spi.ServerMessageBodyReader;
import org.jboss.resteasy.reactive.server.spi.ServerRequestContext;

/** Takes the body that Quarkus has collected without blocking; {@link JsonBody} looks into it later. */
@Provider
@Consumes(MediaType.WILDCARD)
class JsonBodyReader implements ServerMessageBodyReader<JsonBody> {

    @Override
    public boolean isReadable(Class<?> type, Type generic, ResteasyReactiveResourceInfo method, MediaType mediaType) {
        return type == JsonBody.class;
    }

    @Override
    public JsonBody readFrom(Class<JsonBody> type, Type generic, MediaType mediaType, ServerRequestContext context)
            throws IOException {
        // quarkus.rest.input-buffer-size is the limit: above it Quarkus stops collecting and offers a blocking stream
        if (context.getInputStream() instanceof ByteArrayInputStream collected) {
            HttpHeaders headers = context.getRequestHeaders();
            return new JsonBody(
                    collected.readAllBytes(),
                    headers.getHeaderString(HttpHeaders.CONTENT_TYPE),
                    headers.getHeaderString(HttpHeaders.CONTENT_ENCODING));
        }
        throw new ApiException(ProblemCode.PAYLOAD_TOO_LARGE);
    }

    @Override
    public boolean isReadable(Class<?> type, Type generic, Annotation[] annotations, MediaType mediaType) {
        return type == JsonBody.class;
    }

    @Override
    public JsonBody readFrom(
            Class<JsonBody> type,
            Type generic,
            Annotation[] annotations,
            MediaType mediaType,
            MultivaluedMap<String, String> headers,
            InputStream body)
            throws IOException {
        throw new IOException("the server reads bodies without blocking");
    }
}
