package dev.logikids.database.settings;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which values end the start, and in which words. */
class SettingsCheckTest {

    private static final Map<String, Bound> BOUNDS =
            SettingsCheck.BOUNDS.stream().collect(Collectors.toMap(Bound::setting, Function.identity()));

    @ParameterizedTest
    @CsvSource(textBlock = """
            quarkus.vertx.event-loops-pool-size, 0
            quarkus.vertx.event-loops-pool-size, -3
            quarkus.vertx.event-loops-pool-size, 1000000
            quarkus.vertx.event-loops-pool-size, ''
            quarkus.vertx.event-loops-pool-size, two
            logikids.pool.max-size, 99999999999
            logikids.pool.idle-timeout, 99999999999d
            logikids.pool.idle-timeout, -5s
            logikids.pool.statement-timeout, 0
            logikids.cleanup.blobs-after, 0s
            logikids.body.max, 9G
            logikids.body.max, -1
            logikids.body.max, 1T1
            PORT, 65536
            logikids.migration.at-start, maybe
            logikids.metrics.refresh, 0
            logikids.cleanup.cron, 99 99 99 * * ?
            logikids.cleanup.cron, 0
            quarkus.http.cors.origins, /[/
            quarkus.oidc.auth-server-url, abc
            otel.traces.sampler, sometimes
            otel.bsp.max.queue.size, -1
            """)
    void whatCannotBeMeantIsRefused(String setting, String value) {
        assertThat(BOUNDS.get(setting).violation(value)).isPresent();
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            quarkus.vertx.event-loops-pool-size, ' 4 '
            logikids.pool.idle-timeout, 500ms
            logikids.pool.idle-timeout, 90
            logikids.pool.idle-timeout, PT1M
            logikids.tokens.grace, 0s
            logikids.body.max, 1088K
            PORT, 0
            logikids.migration.at-start, TRUE
            logikids.metrics.refresh, off
            logikids.cleanup.cron, 0 17 3 * * ?
            logikids.cleanup.cron, off
            quarkus.oidc.auth-server-url, https://id.example.org/realms/school
            otel.traces.sampler, ''
            quarkus.http.cors.origins, 'https://a.example,/https://.*\\.example/'
            """)
    void whatCanBeMeantIsNot(String setting, String value) {
        assertThat(BOUNDS.get(setting).violation(value)).isEmpty();
    }

    @Test
    void theLineSaysWhatIsWrongWhereAndWhatToGive() {
        assertThat(List.of(
                        said("logikids.pool.max-size", "0"),
                        said("PORT", "x\ny"),
                        said("logikids.cleanup.blobs-after", ""),
                        said("logikids.pool.call-timeout", "1h1h".repeat(20)),
                        said("logikids.body.max", "2G")))
                .containsExactly(
                        "logikids.pool.max-size (LOGIKIDS_POOL_MAX_SIZE) is 0: give a whole number from 1 to 1000, or"
                                + " leave it out",
                        "PORT is x y: give a port from 0 to 65535, or leave it out",
                        "logikids.cleanup.blobs-after (LOGIKIDS_CLEANUP_BLOBS_AFTER) is empty: give a time from 1d to"
                                + " 36500d, or leave it out",
                        "logikids.pool.call-timeout (LOGIKIDS_POOL_CALL_TIMEOUT) is " + "1h1h".repeat(10)
                                + ": give a time from 1ms to 1d, or leave it out",
                        "logikids.body.max (LOGIKIDS_BODY_MAX) is 2G: give a size from 1K to 256M, or leave it out");
    }

    private static String said(String setting, String value) {
        return BOUNDS.get(setting).violation(value).orElseThrow();
    }

    @Test
    void everyNumberTimeAndFlagOfTheServiceHasItsBoundsAndADefaultWithin() {
        List<JavaMethod> settings = new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        .importPackages("dev.logikids.database")
                        .stream()
                        .filter(type -> type.isAnnotatedWith(ConfigMapping.class))
                        .flatMap(type -> type.getMethods().stream())
                        .toList();

        List<String> names = settings.stream()
                .flatMap(method -> numbers(prefix(method.getOwner()), method))
                .toList();
        assertThat(names).isNotEmpty().allSatisfy(name -> assertThat(BOUNDS).containsKey(name));
    }

    private static String prefix(JavaClass mapping) {
        return mapping.getAnnotationOfType(ConfigMapping.class).prefix() + ".";
    }

    private static Stream<String> numbers(String prefix, JavaMethod method) {
        String name = prefix + method.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
        JavaClass type = method.getRawReturnType();
        if (type.isInterface() && type.getName().startsWith("dev.logikids")) {
            return type.getMethods().stream().flatMap(inner -> numbers(name + ".", inner));
        }
        if (Stream.of(int.class, boolean.class, Duration.class).noneMatch(type::isEquivalentTo)) {
            return Stream.empty();
        }
        Optional<String> byDefault =
                method.tryGetAnnotationOfType(WithDefault.class).map(WithDefault::value);
        assertThat(byDefault.flatMap(
                        value -> Optional.ofNullable(BOUNDS.get(name)).flatMap(bound -> bound.violation(value))))
                .as(name)
                .isEmpty();
        return Stream.of(name);
    }
}
