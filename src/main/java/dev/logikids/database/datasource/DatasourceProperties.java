package dev.logikids.database.datasource;

import dev.logikids.database.datasource.DatabaseUrl.SslMode;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.postgresql.ssl.DefaultJavaSSLFactory;

/** Translates a {@link DatabaseUrl} to the {@code quarkus.datasource.*} properties, escaped for Quarkus. */
// the driver makes it from its name
@RegisterForReflection(targets = DefaultJavaSSLFactory.class)
final class DatasourceProperties {

    /** Longer than any host needs to answer, and short enough to be at the next one soon. */
    private static final int CONNECT_SECONDS = 5;

    private DatasourceProperties() {}

    /** The default datasource: the Vert.x pool. */
    static Map<String, String> reactive(DatabaseUrl url) {
        return reactive(url, "quarkus.datasource.", "logikids.pool.");
    }

    /** The datasource {@code read-only}: a second Vert.x pool, for what may be some seconds old. */
    static Map<String, String> readOnly(DatabaseUrl url) {
        return reactive(url, "quarkus.datasource.read-only.", "logikids.read-only-pool.");
    }

    private static Map<String, String> reactive(DatabaseUrl url, String datasource, String pool) {
        Map<String, String> properties = new HashMap<>();
        properties.put(
                datasource + "reactive.url",
                url.hosts().stream()
                        .map(host -> "postgresql://" + host + "/" + encode(url.database()))
                        .collect(Collectors.joining(",")));
        properties.put(datasource + "username", escape(url.user()));
        properties.put(datasource + "password", escape(url.password()));
        properties.put(
                datasource + "reactive.postgresql.ssl-mode", url.sslMode().value());
        // libpq checks no certificate below verify-ca; Vert.x would check it against the JVM's authorities
        properties.put(
                datasource + "reactive.trust-all",
                Boolean.toString(!url.sslMode().verifies()));
        properties.put(
                datasource + "reactive.hostname-verification-algorithm",
                url.sslMode() == SslMode.VERIFY_FULL ? "HTTPS" : "NONE");
        if (url.sslMode().verifies()) {
            url.sslRootCertificate().ifPresent(file -> {
                properties.put(datasource + "reactive.trust-certificate-pem", "true");
                properties.put(datasource + "reactive.trust-certificate-pem.certs", listItem(file.toString()));
            });
        }
        url.applicationName()
                .ifPresent(name ->
                        properties.put(datasource + "reactive.additional-properties.application_name", escape(name)));
        url.options()
                .ifPresent(options ->
                        properties.put(datasource + "reactive.additional-properties.options", escape(options)));
        // Quarkus has no property for these: package postgresql sets them on the pool
        properties.put(pool + "require-channel-binding", Boolean.toString(url.channelBinding()));
        url.connectTimeoutSeconds().ifPresent(seconds -> properties.put(pool + "connect-timeout", seconds + "s"));
        return properties;
    }

    /**
     * The datasource {@code migration}: JDBC. A host that does not answer costs the connect time for TCP and as much for
     * the answer that it owes, in TLS or in authentication; then the next host is tried. The limit on answers stays on the
     * connection: migrations lift it for their own statements.
     */
    static Map<String, String> jdbc(DatabaseUrl url) {
        int seconds = url.connectTimeoutSeconds().orElse(CONNECT_SECONDS);
        StringBuilder text = new StringBuilder("jdbc:postgresql://")
                .append(url.hostList())
                .append('/')
                .append(encode(url.database()))
                .append("?sslmode=")
                .append(url.sslMode().value())
                .append("&ApplicationName=")
                .append(encode(url.applicationName().orElse("logikids-database migrate")));
        if (url.sslMode().verifies()) {
            text.append(url.sslRootCertificate()
                    .map(file -> "&sslrootcert=" + encode(file.toString()))
                    .orElse("&sslfactory=" + DefaultJavaSSLFactory.class.getName()));
        }
        if (url.channelBinding()) {
            text.append("&channelBinding=require");
        }
        text.append("&connectTimeout=").append(seconds);
        text.append("&socketTimeout=").append(seconds);
        text.append("&tcpKeepAlive=true");
        if (url.hosts().size() > 1) {
            // how long the driver skips a host after a failure: each migration file has a session of its own and must
            // not wait
            // for a silent host again, and one that is back is wanted soon
            text.append("&targetServerType=primary&hostRecheckSeconds=3");
        }
        url.options().ifPresent(options -> text.append("&options=").append(encode(options)));
        return Map.of(
                "quarkus.datasource.migration.jdbc.url", text.toString(),
                // all hosts, and time to spare for those that answer slowly
                "quarkus.datasource.migration.jdbc.acquisition-timeout",
                        (2 * seconds * url.hosts().size() + CONNECT_SECONDS) + "s",
                "quarkus.datasource.migration.username", escape(url.user()),
                "quarkus.datasource.migration.password", escape(url.password()));
    }

    /** A {@code $} in a URL never starts a configuration expression. */
    private static String escape(String value) {
        return value.replace("$", "\\$");
    }

    private static String listItem(String value) {
        return escape(value.replace("\\", "\\\\").replace(",", "\\,"));
    }

    private static String encode(String part) {
        return URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
