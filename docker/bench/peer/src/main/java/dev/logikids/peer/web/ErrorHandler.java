package dev.logikids.peer.web;

import io.r2dbc.spi.R2dbcException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.annotation.Order;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;
import org.springframework.web.bind.support.WebExchangeBindException;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.ServerWebInputException;
import org.springframework.web.server.WebExceptionHandler;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** Writes every error, those of the security filters too, as {@code {"error": …}}; runs before Spring Boot's own handler. */
@Component
@Order(-2)
class ErrorHandler implements WebExceptionHandler {

    private static final Logger LOG = LoggerFactory.getLogger(ErrorHandler.class);

    /** SQLSTATE character_not_in_repertoire. */
    private static final String NUL_CHARACTER = "22021";

    private final JsonMapper json;

    ErrorHandler(JsonMapper json) {
        this.json = json;
    }

    record Problem(String error) {}

    @Override
    public Mono<Void> handle(ServerWebExchange exchange, Throwable failure) {
        ServerHttpResponse response = exchange.getResponse();
        if (response.isCommitted()) {
            return Mono.error(failure);
        }
        if (failure instanceof ResponseStatusException known) {
            response.getHeaders().putAll(known.getHeaders());
            return write(response, known.getStatusCode(), problem(known));
        }
        if (failure instanceof DataAccessResourceFailureException
                || failure instanceof TransactionException
                || failure instanceof R2dbcException) {
            LOG.warn("The database is unavailable: {}", failure.getClass().getSimpleName());
            response.getHeaders().set(HttpHeaders.RETRY_AFTER, "5");
            return write(response, HttpStatus.SERVICE_UNAVAILABLE, new Problem("Service unavailable"));
        }
        if (failure.getCause() instanceof R2dbcException refused && NUL_CHARACTER.equals(refused.getSqlState())) {
            return write(response, HttpStatus.BAD_REQUEST, new Problem("Malformed request body"));
        }
        LOG.error("A request failed", failure);
        return write(response, HttpStatus.INTERNAL_SERVER_ERROR, new Problem("Internal server error"));
    }

    private static Problem problem(ResponseStatusException failure) {
        if (failure instanceof ApiException) {
            return new Problem(failure.getReason());
        }
        if (failure instanceof WebExchangeBindException invalid) {
            return new Problem(invalid.getFieldErrors().get(0).getDefaultMessage());
        }
        if (failure instanceof ServerWebInputException) {
            return new Problem("Malformed request body");
        }
        return new Problem(
                switch (failure.getStatusCode().value()) {
                    case 404 -> "Not found";
                    case 405 -> "Method not allowed";
                    case 413 -> "Payload too large (max 1MB)";
                    case 415 -> "Unsupported media type";
                    default -> "Request rejected";
                });
    }

    private Mono<Void> write(ServerHttpResponse response, HttpStatusCode status, Problem problem) {
        response.setStatusCode(status);
        response.getHeaders().setContentType(MediaType.APPLICATION_JSON);
        return response.writeWith(
                Mono.fromSupplier(() -> response.bufferFactory().wrap(json.writeValueAsBytes(problem))));
    }
}
