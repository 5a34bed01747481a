package dev.logikids.database.datasource;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * One PostgreSQL connection URI, parsed as libpq does (PostgreSQL 16 manual, 34.1.1.2 and 34.1.2): several hosts,
 * IPv6 in brackets, the default port is 5432, the default database is the user's name, every part may be
 * percent-encoded and {@code +} is a plus sign.
 *
 * @param hosts in the order in which they are tried; if there are several, only one that accepts writes is used
 * @param sslRootCertificate the file with the certificates that {@code verify-ca} and {@code verify-full} trust; empty
 *     stands for the authorities that the Java runtime trusts ({@code sslrootcert=system})
 * @param channelBinding whether the server must prove with SCRAM that the TLS connection ends at itself
 * @param connectTimeoutSeconds how long one host may take to answer; empty is the client's default
 */
record DatabaseUrl(
        String user,
        String password,
        List<Host> hosts,
        String database,
        SslMode sslMode,
        Optional<Path> sslRootCertificate,
        boolean channelBinding,
        Optional<String> applicationName,
        Optional<Integer> connectTimeoutSeconds,
        Optional<String> options) {

    /** A name or address (IPv6 without brackets) and its port. */
    record Host(String name, int port) {

        /** Returns the host as in a URI, an IPv6 address in brackets. */
        @Override
        public String toString() {
            return (name.contains(":") ? "[" + name + "]" : name) + ":" + port;
        }
    }

    /** How TLS is used; the names are libpq's. */
    enum SslMode {
        DISABLE,
        ALLOW,
        PREFER,
        REQUIRE,
        VERIFY_CA,
        VERIFY_FULL;

        /** Returns the value as in a connection URI. */
        String value() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        boolean verifies() {
            return this == VERIFY_CA || this == VERIFY_FULL;
        }
    }

    /** An unusable URL. The message says what to change; it never contains the password or the whole URL. */
    static final class InvalidUrl extends RuntimeException {

        private static final long serialVersionUID = 1L;

        InvalidUrl(String message) {
            super(message);
        }
    }

    private static final int DEFAULT_PORT = 5432;
    private static final Pattern SCHEME = Pattern.compile("postgres(ql)?://", Pattern.CASE_INSENSITIVE);
    /** White space of every kind, and characters without a width, a byte order mark among them. */
    private static final Pattern AROUND =
            Pattern.compile("^[\\s\\h\\v\\u200B\\u2060\\uFEFF]+|[\\s\\h\\v\\u200B\\u2060\\uFEFF]+$");

    private static final char[] QUOTES = {'"', '\'', '`'};
    private static final Pattern HOST_NAME = Pattern.compile("[A-Za-z0-9._-]+");
    private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f:.]+");
    private static final String ENCODE_HINT =
            "; write reserved characters of user and password percent-encoded (@ is %40, : is %3A, / is %2F, % is %25)";

    /** @throws InvalidUrl if the text is not such a URI, or uses something that this service does not support */
    static DatabaseUrl parse(String text) {
        String rest = withoutScheme(withoutWrapping(text));
        int at = rest.indexOf('@');
        if (at < 0) {
            throw new InvalidUrl("names no user: postgresql://user:password@host:port/database");
        }
        String login = rest.substring(0, at);
        rest = rest.substring(at + 1);
        // an @, / or ? in the password that is not encoded shifts every later part, so the message must quote nothing
        if (login.contains("/") || login.contains("?") || rest.contains("@")) {
            throw new InvalidUrl("has an @, / or ? where none can be" + ENCODE_HINT);
        }
        int question = rest.indexOf('?');
        String query = question < 0 ? "" : rest.substring(question + 1);
        rest = question < 0 ? rest : rest.substring(0, question);
        int slash = rest.indexOf('/');
        String hosts = slash < 0 ? rest : rest.substring(0, slash);
        String path = slash < 0 ? "" : rest.substring(slash + 1);

        int colon = login.indexOf(':');
        String user = decode("user", colon < 0 ? login : login.substring(0, colon));
        String password = colon < 0 ? "" : decode("password", login.substring(colon + 1));
        if (user.isEmpty()) {
            throw new InvalidUrl("names no user: postgresql://user:password@host:port/database");
        }
        String database = path.isEmpty() ? user : decode("database", path);
        UrlParameters parameters = UrlParameters.parse(query);
        return new DatabaseUrl(
                user,
                password,
                hosts(hosts),
                database,
                parameters.sslMode(),
                parameters.sslRootCertificate(),
                parameters.requiresChannelBinding(),
                parameters.applicationName(),
                parameters.connectTimeoutSeconds(),
                parameters.options());
    }

    /** For people: without the password and the parameters. */
    @Override
    public String toString() {
        return "postgresql://" + user + "@" + hostList() + "/" + database;
    }

    /** Returns the hosts outside of this machine's networks to which the password and all data may go in clear text. */
    List<Host> clearTextHosts() {
        return sslMode.compareTo(SslMode.REQUIRE) < 0
                ? hosts.stream()
                        .filter(host -> !OwnNetworks.contain(host.name()))
                        .toList()
                : List.of();
    }

    /** Returns the hosts as in a URI. */
    String hostList() {
        return hosts.stream().map(Host::toString).collect(Collectors.joining(","));
    }

    /** Takes off what editors, .env files and shells leave around a value. */
    private static String withoutWrapping(String text) {
        String bare = AROUND.matcher(text).replaceAll("");
        for (char quote : QUOTES) {
            if (bare.length() > 1 && bare.charAt(0) == quote && bare.charAt(bare.length() - 1) == quote) {
                return AROUND.matcher(bare.substring(1, bare.length() - 1)).replaceAll("");
            }
        }
        return bare;
    }

    private static String withoutScheme(String text) {
        if (text.chars().anyMatch(Character::isISOControl)) {
            throw new InvalidUrl("has a line break or another control character: it must be one line");
        }
        Matcher scheme = SCHEME.matcher(text);
        if (scheme.lookingAt()) {
            return text.substring(scheme.end());
        }
        // what stands there may be a secret of another kind: it is not quoted
        throw new InvalidUrl("must begin with postgresql:// or postgres://"
                + (scheme.find() ? ", here it begins with something else: remove what stands before" : ""));
    }

    private static List<Host> hosts(String list) {
        List<Host> hosts = new ArrayList<>();
        for (String entry : list.split(",", -1)) {
            int bracket = entry.lastIndexOf(']');
            int colon = entry.indexOf(':', bracket + 1);
            String name = decode("host", colon < 0 ? entry : entry.substring(0, colon));
            String port = colon < 0 ? "" : entry.substring(colon + 1);
            hosts.add(new Host(hostName(name), port(port)));
        }
        return List.copyOf(hosts);
    }

    private static String hostName(String name) {
        if (name.startsWith("[") && name.endsWith("]")) {
            String address = name.substring(1, name.length() - 1);
            return Optional.of(address)
                    .filter(text -> text.contains(":") && IPV6.matcher(text).matches())
                    .flatMap(OwnNetworks::address)
                    // the pool's client takes no IPv6 address that ends like an IPv4 one
                    .map(parsed -> address.contains(".") ? parsed.getHostAddress() : address)
                    .orElseThrow(() -> new InvalidUrl("has something other than an IPv6 address in [ ]"));
        }
        if (name.isEmpty()) {
            throw new InvalidUrl("names no host, or an empty one in its list (an IPv6 address stands in [ ])");
        }
        if (name.startsWith("/")) {
            throw new InvalidUrl("names a Unix socket: only TCP is supported");
        }
        if (!HOST_NAME.matcher(name).matches()) {
            throw new InvalidUrl("has a host with a character that no host name has" + ENCODE_HINT);
        }
        return name;
    }

    private static int port(String text) {
        if (text.isEmpty()) {
            return DEFAULT_PORT;
        }
        try {
            int port = Integer.parseInt(text);
            if (port >= 1 && port <= 65535) {
                return port;
            }
        } catch (NumberFormatException e) {
            // the text may be part of a password, so the message does not quote it
        }
        throw new InvalidUrl("has a port that is not a number from 1 to 65535" + ENCODE_HINT);
    }

    static String decode(String what, String text) {
        ByteBuffer bytes = ByteBuffer.allocate(text.length() * 4);
        for (int i = 0; i < text.length(); ) {
            int character = text.codePointAt(i);
            if (character != '%') {
                bytes.put(Character.toString(character).getBytes(StandardCharsets.UTF_8));
                i += Character.charCount(character);
                continue;
            }
            int high = i + 1 < text.length() ? Character.digit(text.charAt(i + 1), 16) : -1;
            int low = i + 2 < text.length() ? Character.digit(text.charAt(i + 2), 16) : -1;
            if (high < 0 || low < 0 || high + low == 0) {
                throw new InvalidUrl("has a % that begins no percent-encoded character, in its " + what);
            }
            bytes.put((byte) (high << 4 | low));
            i += 3;
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
        } catch (CharacterCodingException e) {
            throw new InvalidUrl("is not percent-encoded UTF-8, in its " + what);
        }
    }
}
