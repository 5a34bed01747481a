package dev.logikids.peer.web;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.web.server.ResponseStatusException;

/** An error whose reason is the text that the client gets. */
public class ApiException extends ResponseStatusException {

    private final HttpHeaders headers = new HttpHeaders();

    public ApiException(HttpStatus status, String reason) {
        super(status, reason);
    }

    @Override
    public HttpHeaders getHeaders() {
        return headers;
    }
}
