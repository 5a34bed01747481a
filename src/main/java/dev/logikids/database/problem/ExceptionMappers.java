package dev.logikids.database.problem;

import dev.logikids.database.postgresql.DatabaseFailure;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.NotAllowedException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.Map;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Decides which error response each failure becomes, and what is logged of it. */
final class ExceptionMappers {

    private static final Logger LOG = Logger.getLogger(ExceptionMappers.class);

    @ServerExceptionMapper
    Response rejected(ApiException problem, RoutingContext request) {
        return ProblemResponse.of(problem, request);
    }

    @ServerExceptionMapper
    Response rejectedByQuarkus(WebApplicationException failure, RoutingContext request) {
        if (failure.getCause() instanceof ApiException problem) {
            // Quarkus wraps what is thrown while it looks up a parameter of the resource method
            return rejected(problem, request);
        }
        int status = failure.getResponse().getStatus();
        if (status >= 500) {
            return failed(failure, request);
        }
        Map<String, String> headers = failure instanceof NotAllowedException
                ? Map.of(HttpHeaders.ALLOW, AllowedMethods.of(request.normalizedPath()))
                : Map.of();
        return ProblemResponse.of(new ApiException(ProblemCode.ofStatus(status), headers), request);
    }

    @ServerExceptionMapper
    Response failedInDatabase(DatabaseFailure failure, RoutingContext request) {
        boolean passing = failure instanceof DatabaseFailure.Unavailable
                || failure instanceof DatabaseFailure.Busy
                || failure instanceof DatabaseFailure.Conflict;
        if (!passing) {
            return failed(failure, request);
        }
        if (!(failure instanceof DatabaseFailure.SchemaMissing)) {
            // Database has said it once for all requests
            LOG.warnf("answered 503: %s", failure.getMessage());
        }
        return ProblemResponse.of(new ApiException(ProblemCode.SERVICE_UNAVAILABLE), request);
    }

    @ServerExceptionMapper
    Response failed(Throwable failure, RoutingContext request) {
        LOG.error("answered 500", failure);
        return ProblemResponse.of(new ApiException(ProblemCode.INTERNAL_ERROR), request);
    }
}
