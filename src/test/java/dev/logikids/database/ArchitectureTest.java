package dev.logikids.database;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import jakarta.ws.rs.core.Context;
import java.sql.DriverManager;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The house rules that a compiler does not know: which room may use which, and what may be used where. */
class ArchitectureTest {

    private static final String ROOT = "dev.logikids.database";
    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ROOT);

    /** A package and the packages of the service it may use besides itself. */
    private record Room(String name, String... mayUse) {

        @Override
        public String toString() {
            return name + " uses nothing but " + String.join(", ", mayUse);
        }
    }

    // a feature's own line says which features it builds on
    static Stream<Room> rooms() {
        return Stream.of(
                new Room("digest"),
                new Room("devdatabase"),
                new Room("datasource", "devdatabase"),
                new Room("postgresql"),
                new Room("migration", "digest"),
                new Room("migration.lint", "migration.script"),
                new Room("migration.script", "digest"),
                new Room("settings"),
                new Room("telemetry"),
                new Room("problem", "postgresql", "telemetry"),
                new Room("http", "problem", "migration", "telemetry"),
                new Room("user"),
                new Room("limit", "postgresql", "problem", "digest"),
                new Room("invite", "postgresql", "problem", "http", "limit"),
                new Room("token", "user", "postgresql", "problem", "http", "limit", "digest"),
                new Room("account", "user", "postgresql", "problem", "http", "limit", "invite", "token"),
                new Room("sync", "user", "postgresql", "problem", "http", "limit", "token", "account", "digest"),
                new Room("cleanup", "postgresql"),
                new Room("openapi", "problem"),
                new Room("health", "postgresql", "migration", "problem"),
                new Room(
                        "admin",
                        "digest",
                        "user",
                        "postgresql",
                        "problem",
                        "http",
                        "limit",
                        "invite",
                        "token",
                        "account",
                        "cleanup",
                        "health",
                        "migration"),
                new Room(
                        "console",
                        "admin",
                        "digest",
                        "problem",
                        "http",
                        "user",
                        "invite",
                        "account",
                        "token",
                        "cleanup",
                        "health",
                        "migration",
                        "postgresql"),
                new Room("command.cards", "invite"),
                new Room("command.terminal"),
                new Room("command.watch", "command.terminal"));
    }

    @ParameterizedTest
    @MethodSource("rooms")
    void eachRoomUsesOnlyItsOwn(Room room) {
        List<String> allowed = new ArrayList<>(List.of(in(room.name())));
        Stream.of(room.mayUse()).map(ArchitectureTest::in).forEach(allowed::add);
        DescribedPredicate<JavaClass> forbidden = resideInAPackage(ROOT + "..")
                .and(DescribedPredicate.not(resideInAnyPackage(allowed.toArray(String[]::new))));
        check(noClasses().that().resideInAPackage(in(room.name())).should().dependOnClassesThat(forbidden));
    }

    @Test
    void noCircles() {
        // each package is a slice of its own, rooms inside of rooms too
        check(slices().matching(ROOT + ".(**)").should().beFreeOfCycles());
    }

    @Test
    void thereIsNoRoomWithoutARule() {
        String[] known = Stream.concat(
                        rooms().map(Room::name).map(ArchitectureTest::in), Stream.of(ROOT, in("command")))
                .toArray(String[]::new);
        check(classes().should().resideInAnyPackage(known));
    }

    @Test
    void onlyPostgresqlHoldsThePool() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage(in("postgresql"))
                .should()
                .dependOnClassesThat()
                .haveNameMatching(
                        "io\\.vertx\\.(mutiny\\.)?(sqlclient|pgclient)\\.(Pool|PgPool|PgConnection|PgBuilder)"));
    }

    /** So that no statement is left out of the metrics. */
    @Test
    void onlyPostgresqlRunsStatementsWithoutAName() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage(in("postgresql"))
                .should()
                .dependOnClassesThat()
                .haveNameMatching("io\\.vertx\\.(mutiny\\.)?sqlclient\\.(Query|PreparedQuery|PreparedStatement)"));
    }

    @Test
    void onlyMigrationsBlockOnJdbc() {
        check(noClasses()
                .that()
                .resideOutsideOfPackages(in("migration"), in("command"))
                // before there is a configuration there is no event loop either
                .and()
                .haveNameNotMatching(".*\\.devdatabase\\.EmbeddedPostgreSql")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.sql..", "javax.sql..", "liquibase..", "io.agroal.."));
        check(noClasses().should().dependOnClassesThat().areAssignableTo(DriverManager.class));
    }

    @Test
    void onlyCommandsPrint() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage(in("command"))
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err"));
    }

    @Test
    void thePresentComesFromTheClock() {
        // a command without beans has no injected clock
        ArchRule rule = noClasses()
                .that()
                .resideOutsideOfPackage(in("command"))
                .and()
                .doNotHaveSimpleName("ClockProducer")
                .should()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(LocalDateTime.class, "now")
                .orShould()
                .callMethod(OffsetDateTime.class, "now")
                .orShould()
                .callMethod(ZonedDateTime.class, "now")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(Clock.class, "systemUTC")
                .orShould()
                .callMethod(Clock.class, "systemDefaultZone");
        check(rule);
        check(noClasses().should().dependOnClassesThat().belongToAnyOf(java.util.Date.class, java.util.Calendar.class));
    }

    @Test
    void onlyProblemKnowsHowExceptionsBecomeAnswers() {
        check(
                noClasses()
                        .that()
                        .resideOutsideOfPackage(in("problem"))
                        .should()
                        .dependOnClassesThat()
                        .haveNameMatching(
                                "jakarta\\.ws\\.rs\\.ext\\.ExceptionMapper|org\\.jboss\\.resteasy\\.reactive\\.server\\.ServerExceptionMapper"));
    }

    /** No context is carried from step to step of a Uni (ADR 16), so what lives in one would be lost after the first step. */
    @Test
    void nothingLivesInTheContextOfARequestOrOfJta() {
        check(noClasses()
                .should()
                .dependOnClassesThat()
                .haveNameMatching("jakarta\\.enterprise\\.context\\.RequestScoped|jakarta\\.transaction\\..*"));
        check(noFields().should().beAnnotatedWith(Context.class));
    }

    @Test
    void namesSayWhatAThingIs() {
        check(noClasses().should().haveNameMatching(".*(Impl|Manager|Helper|Utils?|DTO|Dto)(\\$.*)?"));
    }

    private static String in(String room) {
        return ROOT + "." + room + "..";
    }

    private static void check(ArchRule rule) {
        rule.allowEmptyShould(true).check(MAIN);
    }
}
