package dev.logikids.database.problem;

import dev.logikids.database.postgresql.DatabaseFailure;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.NotAllowedException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** The one place where a failure gets its status. */
final class ExceptionMappers {

    private static final Logger LOG = Logger.getLogger(ExceptionMappers.class);

    /** The pool tries again at once and a failover takes seconds. */
    static final String RETRY_AFTER_SECONDS = "2";

    @ServerExceptionMapper
    Response refused(ApiException refusal, RoutingContext request) {
        Response.ResponseBuilder answer = answer(new Problem(refusal.code(), refusal.details()), request);
        refusal.headers().forEach(answer::header);
        return answer.build();
    }

    @ServerExceptionMapper
    Response byQuarkus(WebApplicationException failure, RoutingContext request) {
        int status = failure.getResponse().getStatus();
        if (status >= 500) {
            return unexpected(failure, request);
        }
        ProblemCode code = ProblemCode.ofStatus(status);
        Response.ResponseBuilder answer = answer(new Problem(code), request);
        if (failure instanceof NotAllowedException) {
            answer.header(HttpHeaders.ALLOW, AllowedMethods.of(request.normalizedPath()));
        }
        return answer.build();
    }

    @ServerExceptionMapper
    Response database(DatabaseFailure failure, RoutingContext request) {
        boolean passing = failure instanceof DatabaseFailure.Unavailable
                || failure instanceof DatabaseFailure.Busy
                || failure instanceof DatabaseFailure.Conflict;
        if (!passing) {
            return unexpected(failure, request);
        }
        LOG.warnf("%s: %s", request.request().method(), failure.getMessage());
        return answer(new Problem(ProblemCode.SERVICE_UNAVAILABLE), request)
                .header(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS)
                .build();
    }

    @ServerExceptionMapper
    Response unexpected(Throwable failure, RoutingContext request) {
        LOG.errorf(failure, "%s failed", request.request().method());
        return answer(new Problem(ProblemCode.INTERNAL_ERROR), request).build();
    }

    private static Response.ResponseBuilder answer(Problem problem, RoutingContext request) {
        boolean rfc9457 = ProblemResponse.prefersProblem(request);
        return Response.status(problem.code().status())
                .type(Problem.contentType(rfc9457))
                .entity(problem.body(rfc9457));
    }
}
