package dev.logikids.database.config;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;

/** One PostgreSQL connection URI, taken apart (PostgreSQL manual, 34.1.1.2 Connection URIs). */
public record DatabaseUrl(String user, String password, String host, int port, String database) {

    public static DatabaseUrl parse(String text) {
        URI uri = URI.create(text);
        String[] login = uri.getRawUserInfo().split(":", 2);
        return new DatabaseUrl(
                decode(login[0]),
                login.length > 1 ? decode(login[1]) : "",
                uri.getHost(),
                uri.getPort() < 0 ? 5432 : uri.getPort(),
                decode(uri.getRawPath().substring(1)));
    }

    public String jdbcUrl() {
        return "jdbc:postgresql://" + host + ":" + port + "/" + database;
    }

    public String reactiveUrl() {
        return "postgresql://" + host + ":" + port + "/" + database;
    }

    private static String decode(String part) {
        return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return "postgresql://" + user + ":***@" + host + ":" + port + "/" + database;
    }
}
