package dev.logikids.database.delivery;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.logikids.database.migration.MigrationFiles;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.vertx.core.json.Json;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.PathMatcher;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Random;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** What a native executable would lack, told on a JVM: reflection, resources, state that must not be kept from the build. */
class NativeTest {

    private static final String OURS = "dev.logikids.database";

    /** By commands that print JSON. */
    private static final Set<String> USED_BUT_NOT_WRITTEN =
            Set.of(OURS + ".admin.Operator", OURS + ".postgresql.Page", OURS + ".postgresql.Page$Cursor");

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(OURS);

    @Test
    void whatPicocliLooksIntoIsRegistered() {
        Set<JavaClass> commands = new LinkedHashSet<>();
        for (JavaClass type : CLASSES) {
            boolean command = type.isAnnotatedWith("picocli.CommandLine$Command")
                    || Stream.concat(type.getFields().stream(), type.getMethods().stream())
                            .flatMap(member -> member.getAnnotations().stream())
                            .anyMatch(annotation ->
                                    annotation.getRawType().getPackageName().equals("picocli"))
                    || type.isAssignableTo(CommandLine.IVersionProvider.class);
            if (command) {
                commands.add(type);
            }
        }

        assertThat(commands).hasSizeGreaterThan(5);
        assertThat(unregistered(commands)).isEmpty();
    }

    @Test
    void whatJacksonWritesIsRegistered() {
        Deque<JavaClass> open = new ArrayDeque<>();
        for (JavaClass type : CLASSES) {
            // Qute generates what its templates read
            if (type.isAnnotatedWith(Path.class) && !type.getPackageName().equals(OURS + ".console")) {
                type.getMethods().stream()
                        .filter(method -> method.isMetaAnnotatedWith(HttpMethod.class))
                        .forEach(method -> open.addAll(involved(method.getReturnType())));
                CLASSES.stream()
                        .filter(nested -> nested.getEnclosingClass().equals(Optional.of(type)))
                        .forEach(open::add);
            }
            if (type.getMethodCallsFromSelf().stream().anyMatch(NativeTest::writesJson)) {
                type.getDirectDependenciesFromSelf().stream()
                        .map(dependency -> dependency.getTargetClass())
                        .filter(used -> !USED_BUT_NOT_WRITTEN.contains(used.getName()))
                        .forEach(open::add);
            }
        }
        Set<JavaClass> written = new LinkedHashSet<>();
        while (!open.isEmpty()) {
            JavaClass type = open.pop();
            if (type.getPackageName().startsWith(OURS) && type.isRecord() && written.add(type)) {
                type.getFields().stream()
                        .filter(field -> !field.isAnnotatedWith(JsonIgnore.class))
                        .forEach(field -> open.addAll(involved(field.getType())));
            }
        }

        assertThat(written).hasSizeGreaterThan(5);
        assertThat(unregistered(written)).isEmpty();
    }

    /** quarkus#55623: without them the image does not build with the Netty that the service needs. */
    @Test
    void nettysOpenSslClassesAreInitialisedAtRunTime() throws IOException {
        assertThat(settings()
                        .getProperty("quarkus.native.additional-build-args")
                        .split(","))
                .contains(
                        "--initialize-at-run-time=io.netty.internal.tcnative",
                        "--initialize-at-run-time=io.netty.handler.ssl.OpenSslPrivateKeyMethod",
                        "--initialize-at-run-time=io.netty.handler.ssl.OpenSslAsyncPrivateKeyMethod",
                        "-J-Dvertx.disableURIValidation=true");
        assertThat(getClass().getClassLoader().getResource("io/netty/internal/tcnative/SSL.class"))
                .isNotNull();
    }

    @Test
    void everyMigrationFileAndTheVersionAreAmongTheResources() throws IOException {
        Properties settings = settings();
        PathMatcher included = FileSystems.getDefault()
                .getPathMatcher("glob:{" + settings.getProperty("quarkus.native.resources.includes") + "}");

        assertThat(MigrationFiles.namesOfThisBuild())
                .isNotEmpty()
                .allMatch(name -> included.matches(java.nio.file.Path.of(MigrationFiles.FOLDER, name)));
        assertThat(included.matches(
                        java.nio.file.Path.of(settings.getProperty("quarkus.liquibase.migration.change-log"))))
                .isTrue();
        assertThat(included.matches(java.nio.file.Path.of("dev/logikids/database/health/build.properties")))
                .isTrue();
    }

    @Test
    void noRandomStateIsKeptFromTheBuild() {
        fields().that()
                .areStatic()
                .should()
                .notHaveRawType(com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo(Random.class))
                .because("static fields are set while a native executable is built, for all who run it")
                .check(CLASSES);
    }

    @Test
    void itStartsOnEveryCpuOfItsArchitecture() throws IOException {
        assertThat(settings().getProperty("quarkus.native.march")).isEqualTo("compatibility");
    }

    @Test
    void bothImagesBoundMemoryAlike() throws IOException {
        String jvm = Files.readString(java.nio.file.Path.of("docker/entrypoint"));
        String executable = Files.readString(java.nio.file.Path.of("docker/Dockerfile.native"));

        assertThat(option("-XX:MaximumHeapSizePercent=(\\d+)", executable))
                .isEqualTo(option("-XX:MaxRAMPercentage=(\\d+)", jvm));
        for (String same : List.of("-XX:MaxDirectMemorySize=(\\w+)", "(-XX:\\+ExitOnOutOfMemoryError)")) {
            assertThat(option(same, executable)).isEqualTo(option(same, jvm));
        }
    }

    private static String option(String pattern, String file) {
        Matcher matcher = Pattern.compile(pattern).matcher(file);
        assertThat(matcher.find()).as(pattern).isTrue();
        return matcher.group(1);
    }

    private static Properties settings() throws IOException {
        Properties settings = new Properties();
        settings.load(
                new StringReader(Files.readString(java.nio.file.Path.of("src/main/resources/application.properties"))));
        return settings;
    }

    private static Set<String> unregistered(Set<JavaClass> types) {
        Set<String> names = new LinkedHashSet<>();
        for (JavaClass type : types) {
            if (!type.isAnnotatedWith(RegisterForReflection.class)) {
                names.add(type.getName());
            }
        }
        return names;
    }

    private static boolean writesJson(JavaMethodCall call) {
        boolean vertx =
                call.getName().startsWith("encode") && call.getTargetOwner().isEquivalentTo(Json.class);
        return vertx
                || call.getName().startsWith("writeValue")
                        && (call.getTargetOwner().isEquivalentTo(ObjectMapper.class)
                                || call.getTargetOwner().isEquivalentTo(ObjectWriter.class));
    }

    private static Set<JavaClass> involved(JavaType type) {
        return type.getAllInvolvedRawTypes();
    }
}
