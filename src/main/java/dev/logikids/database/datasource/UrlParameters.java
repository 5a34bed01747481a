package dev.logikids.database.datasource;

import dev.logikids.database.datasource.DatabaseUrl.InvalidUrl;
import dev.logikids.database.datasource.DatabaseUrl.SslMode;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The parameters of a connection URI (PostgreSQL 16 manual, 34.1.2). Each is honoured by both clients, asks for what they
 * do anyway, or is rejected by name: none is dropped that would change a connection (ADR 23).
 */
final class UrlParameters {

    /** Values that ask for what both clients do in any case, and why other values cannot be had. */
    private record Given(Set<String> values, String reason) {}

    private static final Set<String> HONOURED = Set.of(
            "sslmode",
            "sslrootcert",
            "channel_binding",
            "application_name",
            "fallback_application_name",
            "connect_timeout",
            "options");

    private static final Map<String, Given> GIVEN = Map.ofEntries(
            Map.entry("target_session_attrs", given("this service writes", "read-write", "primary", "any")),
            Map.entry("client_encoding", given("both clients speak UTF-8", "UTF8", "UTF-8", "utf8", "utf-8", "auto")),
            Map.entry("gssencmode", given("neither client encrypts with GSSAPI: use sslmode", "disable", "prefer")),
            Map.entry("keepalives", given("both clients keep TCP keepalives on", "1")),
            Map.entry("load_balance_hosts", given("the primary is used", "disable")),
            Map.entry("sslcompression", given("TLS compression is not safe", "0")),
            Map.entry("sslsni", given("both clients send the host name in the TLS handshake", "1")),
            Map.entry("sslnegotiation", given("the pool cannot begin with TLS", "postgres")),
            Map.entry(
                    "ssl_min_protocol_version",
                    given("both clients take TLS 1.2 and 1.3", "TLSv1", "TLSv1.1", "TLSv1.2")),
            Map.entry("ssl_max_protocol_version", given("both clients take TLS 1.2 and 1.3", "TLSv1.3")));

    /** Fine tuning of TCP that is the operating system's in Java; the service bounds each of its waits itself. */
    private static final Set<String> WITHOUT_EFFECT =
            Set.of("keepalives_idle", "keepalives_interval", "keepalives_count", "tcp_user_timeout");

    private static final String IN_ITS_PLACE =
            "write it before the ?, as postgresql://user:password@host:port/database";
    private static final String NO_CLIENT_CERTIFICATE = "a client certificate is not supported: use a password";
    private static final String NO_REVOCATION_LIST = "revocation lists are not supported";
    private static final String NO_FILE_OF_LIBPQ =
            "write the whole URL, into a file that DATABASE_URL_FILE names if it must not be in the environment";

    private static final Map<String, String> CURES = Map.ofEntries(
            Map.entry("host", IN_ITS_PLACE),
            Map.entry("hostaddr", IN_ITS_PLACE),
            Map.entry("port", IN_ITS_PLACE),
            Map.entry("dbname", IN_ITS_PLACE),
            Map.entry("user", IN_ITS_PLACE),
            Map.entry("password", IN_ITS_PLACE),
            Map.entry("passfile", NO_FILE_OF_LIBPQ),
            Map.entry("service", NO_FILE_OF_LIBPQ),
            Map.entry("sslcert", NO_CLIENT_CERTIFICATE),
            Map.entry("sslkey", NO_CLIENT_CERTIFICATE),
            Map.entry("sslpassword", NO_CLIENT_CERTIFICATE),
            Map.entry("sslcertmode", NO_CLIENT_CERTIFICATE),
            Map.entry("sslcrl", NO_REVOCATION_LIST),
            Map.entry("sslcrldir", NO_REVOCATION_LIST),
            Map.entry("require_auth", "use channel_binding=require, which takes no authentication but SCRAM"),
            Map.entry("requiressl", "use sslmode=require"),
            Map.entry("ssl", "use sslmode=require"),
            Map.entry("schema", "use options=-c%20search_path%3Dname"),
            Map.entry("pgbouncer", "set LOGIKIDS_POOL_PGBOUNCER"));

    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_.-]{0,62}");

    private final Map<String, String> values;

    private UrlParameters(Map<String, String> values) {
        this.values = values;
    }

    /** @throws InvalidUrl names the parameter and what to do; quotes a value only if it is the name of a file */
    static UrlParameters parse(String query) {
        Map<String, String> values = new LinkedHashMap<>();
        for (String pair : query.split("&")) {
            if (pair.isEmpty()) {
                continue;
            }
            int equals = pair.indexOf('=');
            String name = DatabaseUrl.decode("parameters", equals < 0 ? pair : pair.substring(0, equals));
            if (!NAME.matcher(name).matches()) {
                throw new InvalidUrl("has a parameter that is not of the form name=value");
            }
            if (equals < 0) {
                throw new InvalidUrl("parameter " + name + " has no value");
            }
            values.put(name, DatabaseUrl.decode(name, pair.substring(equals + 1)));
        }
        values.forEach(UrlParameters::check);
        return new UrlParameters(values);
    }

    private static void check(String name, String value) {
        if (HONOURED.contains(name)) {
            return;
        }
        if (WITHOUT_EFFECT.contains(name)) {
            if (!value.matches("[0-9]{1,9}")) {
                throw new InvalidUrl(name + " is a number");
            }
            return;
        }
        Given given = GIVEN.get(name);
        if (given == null) {
            throw new InvalidUrl("parameter " + name + " is not supported: "
                    + CURES.getOrDefault(name, "remove it; supported are " + supported()));
        }
        if (!given.values().contains(value)) {
            throw new InvalidUrl(name + " can only be "
                    + String.join(", ", given.values().stream().sorted().toList()) + " here: " + given.reason()
                    + "; remove it");
        }
    }

    Optional<String> applicationName() {
        return value("application_name").or(() -> value("fallback_application_name"));
    }

    Optional<String> options() {
        return value("options");
    }

    /** Empty stands for the authorities that the Java runtime trusts if the mode verifies. */
    Optional<Path> sslRootCertificate() {
        return value("sslrootcert").filter(file -> !file.equals("system")).map(UrlParameters::readable);
    }

    /** The mode that is meant, with what libpq makes of it if there is a certificate or channel binding too. */
    SslMode sslMode() {
        Optional<SslMode> written = value("sslmode").map(UrlParameters::sslMode);
        Optional<String> certificate = value("sslrootcert");
        if (certificate.filter("system"::equals).isPresent()) {
            // anybody can have a certificate of a public authority: without the host name it proves nothing
            if (written.orElse(SslMode.VERIFY_FULL) != SslMode.VERIFY_FULL) {
                throw new InvalidUrl("sslrootcert=system needs sslmode=verify-full");
            }
            return SslMode.VERIFY_FULL;
        }
        SslMode mode = written.orElse(SslMode.PREFER);
        if (mode == SslMode.REQUIRE && certificate.isPresent()) {
            return SslMode.VERIFY_CA;
        }
        if (mode.verifies() && certificate.isEmpty()) {
            throw new InvalidUrl("sslmode=" + mode.value()
                    + " needs sslrootcert=FILE, the PEM file with the certificate of the authority to trust, or"
                    + " sslmode=verify-full&sslrootcert=system for the public authorities");
        }
        if (!requiresChannelBinding()) {
            return mode;
        }
        if (mode == SslMode.DISABLE) {
            throw new InvalidUrl("channel_binding=require needs TLS: use sslmode=require or stricter");
        }
        return mode.compareTo(SslMode.REQUIRE) < 0 ? SslMode.REQUIRE : mode;
    }

    boolean requiresChannelBinding() {
        Optional<String> value = value("channel_binding");
        if (value.isPresent() && !value.get().equals("require") && !value.get().equals("prefer")) {
            throw new InvalidUrl("channel_binding can only be prefer or require here:"
                    + " the pool always binds where the server offers it");
        }
        return value.filter("require"::equals).isPresent();
    }

    Optional<Integer> connectTimeoutSeconds() {
        return value("connect_timeout").map(seconds -> {
            if (!seconds.matches("[1-9][0-9]{0,3}")) {
                throw new InvalidUrl("connect_timeout is a number of seconds from 1 to 9999");
            }
            return Integer.valueOf(seconds);
        });
    }

    private Optional<String> value(String name) {
        return Optional.ofNullable(values.get(name));
    }

    private static SslMode sslMode(String value) {
        for (SslMode mode : SslMode.values()) {
            if (mode.value().equals(value)) {
                return mode;
            }
        }
        throw new InvalidUrl("sslmode is one of disable, allow, prefer, require, verify-ca, verify-full");
    }

    private static Path readable(String file) {
        try {
            Path path = Path.of(file);
            if (Files.isRegularFile(path) && Files.isReadable(path)) {
                return path;
            }
        } catch (InvalidPathException e) {
            // no such file either
        }
        throw new InvalidUrl("sslrootcert: no readable file " + file);
    }

    private static String supported() {
        Map<String, Object> all = new HashMap<>(GIVEN);
        HONOURED.forEach(name -> all.put(name, name));
        return String.join(", ", all.keySet().stream().sorted().toList());
    }

    private static Given given(String reason, String... values) {
        return new Given(Set.copyOf(List.of(values)), reason);
    }
}
