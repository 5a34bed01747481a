package dev.logikids.database.problem;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AcceptHeaderTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/problem+json",
                "application/json, application/problem+json",
                "*/*;q=0.1, APPLICATION/PROBLEM+JSON ; Q=0.2",
                "application/json;q=0.5, application/problem+json;q=0.9",
                "application/problem+json;q=0.5, application/json;q=0.4, */*",
            })
    void rfc9457IsPreferred(String accept) {
        assertThat(AcceptHeader.prefersProblem(List.of(accept))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "*/*",
                "application/*",
                "application/json",
                "text/html",
                "garbage;;;q",
                "application/problem+json;q=0",
                "application/problem+json;q=x",
                "application/problem+json;q=0.5, application/json",
                "application/problem+json;q=0.8, */*;q=0.9",
            })
    void plainJsonIsPreferred(String accept) {
        assertThat(AcceptHeader.prefersProblem(List.of(accept))).isFalse();
    }

    @Test
    void severalLinesAreOneHeader() {
        assertThat(AcceptHeader.prefersProblem(List.of("application/json;q=0.1", "application/problem+json")))
                .isTrue();
        assertThat(AcceptHeader.prefersProblem(List.of())).isFalse();
    }
}
