package dev.logikids.database.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.concurrent.MultithreadEventExecutorGroup;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.Vertx;
import io.vertx.core.impl.VertxInternal;
import jakarta.inject.Inject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
class EventLoopsTest {

    @Inject
    Vertx vertx;

    @Test
    void theServiceLeavesHalfOfTheCoresToOthers() {
        int loops = ((MultithreadEventExecutorGroup) ((VertxInternal) vertx).getEventLoopGroup()).executorCount();

        assertThat(loops)
                .isEqualTo(EventLoopsConfigSourceFactory.forCores(
                        Runtime.getRuntime().availableProcessors()));
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 1", "3, 1", "4, 2", "16, 8"})
    void thereIsAtLeastOne(int cores, int loops) {
        assertThat(EventLoopsConfigSourceFactory.forCores(cores)).isEqualTo(loops);
    }
}
