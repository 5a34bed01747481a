package dev.logikids.database.datasource;

import dev.logikids.database.datasource.DatabaseUrl.SslMode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** The settings of both PostgreSQL clients that mean what a {@link DatabaseUrl} says. Values are escaped for Quarkus. */
final class DatasourceSettings {

    private DatasourceSettings() {}

    /** For the default datasource: the Vert.x pool. */
    static Map<String, String> reactive(DatabaseUrl url) {
        Map<String, String> settings = new HashMap<>();
        settings.put(
                "quarkus.datasource.reactive.url",
                url.hosts().stream()
                        .map(host -> "postgresql://" + host + "/" + encode(url.database()))
                        .collect(Collectors.joining(",")));
        settings.put("quarkus.datasource.username", escape(url.user()));
        settings.put("quarkus.datasource.password", escape(url.password()));
        settings.put(
                "quarkus.datasource.reactive.postgresql.ssl-mode", url.sslMode().value());
        // libpq checks no certificate below verify-ca; Vert.x would check it against the JVM's authorities
        settings.put(
                "quarkus.datasource.reactive.trust-all",
                Boolean.toString(!url.sslMode().verifies()));
        settings.put(
                "quarkus.datasource.reactive.hostname-verification-algorithm",
                url.sslMode() == SslMode.VERIFY_FULL ? "HTTPS" : "NONE");
        if (url.sslMode().verifies()) {
            settings.put("quarkus.datasource.reactive.trust-certificate-pem", "true");
            settings.put(
                    "quarkus.datasource.reactive.trust-certificate-pem.certs",
                    listItem(url.sslRootCertificate().orElseThrow().toString()));
        }
        url.applicationName()
                .ifPresent(name -> settings.put(
                        "quarkus.datasource.reactive.additional-properties.application_name", escape(name)));
        url.options()
                .ifPresent(options ->
                        settings.put("quarkus.datasource.reactive.additional-properties.options", escape(options)));
        // what the Vert.x settings of Quarkus lack, package postgresql gives to the pool
        url.connectTimeoutSeconds().ifPresent(seconds -> settings.put("logikids.pool.connect-timeout", seconds + "s"));
        return settings;
    }

    /** For the datasource {@code migration}: JDBC. */
    static Map<String, String> jdbc(DatabaseUrl url) {
        StringBuilder text = new StringBuilder("jdbc:postgresql://")
                .append(url.hostList())
                .append('/')
                .append(encode(url.database()))
                .append("?sslmode=")
                .append(url.sslMode().value())
                .append("&ApplicationName=")
                .append(encode(url.applicationName().orElse("logikids-database migrate")));
        if (url.sslMode().verifies()) {
            text.append("&sslrootcert=")
                    .append(encode(url.sslRootCertificate().orElseThrow().toString()));
        }
        url.connectTimeoutSeconds()
                .ifPresent(seconds -> text.append("&connectTimeout=").append(seconds));
        if (url.hosts().size() > 1) {
            // the driver remembers failed hosts for 10 s and then skips one that is back; a migration tries all afresh
            text.append("&targetServerType=primary&hostRecheckSeconds=0");
        }
        url.options().ifPresent(options -> text.append("&options=").append(encode(options)));
        return Map.of(
                "quarkus.datasource.migration.jdbc.url", text.toString(),
                "quarkus.datasource.migration.username", escape(url.user()),
                "quarkus.datasource.migration.password", escape(url.password()));
    }

    /** Keeps configuration expressions out of a value: nothing in a URL means one. */
    static String escape(String value) {
        return value.replace("$", "\\$");
    }

    private static String listItem(String value) {
        return escape(value.replace("\\", "\\\\").replace(",", "\\,"));
    }

    private static String encode(String part) {
        return URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
