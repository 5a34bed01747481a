package dev.logikids.database.admin;

import dev.logikids.database.problem.ApiException;
import dev.logikids.database.problem.ProblemCode;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Produces;

/**
 * Makes the operator a parameter of resource methods: {@code @Context Operator operator}. A request that has found a way past
 * {@link AdminGate} is answered as if there were no such path.
 */
@ApplicationScoped
class OperatorProducer {

    @Produces
    @Dependent
    Operator operator(RoutingContext request) {
        return AdminGate.operatorOf(request).orElseThrow(() -> new ApiException(ProblemCode.NOT_FOUND));
    }
}
