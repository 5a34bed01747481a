package dev.logikids.database.testsupport;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;

/** What no HTTP client sends, each on a socket of its own. */
public final class RawHttp {

    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] (\\d{3}) ");
    private static final int PATIENCE_MILLIS = 20_000;

    private RawHttp() {}

    /** What came back, and whether the service closed the connection (rather than waiting for more). */
    public record Exchange(String text, boolean closed) {

        /** The status codes of the responses, in order. */
        public List<String> statuses() {
            return STATUS.matcher(text).results().map(match -> match.group(1)).toList();
        }
    }

    /** Sends these bytes and returns what comes back until the service closes the connection or is silent for 20 s. */
    public static Exchange exchange(URI service, byte[] request) throws IOException {
        ByteArrayOutputStream response = new ByteArrayOutputStream();
        boolean closed = false;
        try (Socket socket = new Socket(service.getHost(), service.getPort())) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            try {
                socket.getOutputStream().write(request);
                socket.getInputStream().transferTo(response);
                closed = true;
            } catch (SocketTimeoutException e) {
                // still open
            } catch (SocketException e) {
                // reset, perhaps before all was sent
                closed = true;
            }
        }
        return new Exchange(response.toString(StandardCharsets.ISO_8859_1), closed);
    }

    /** Opens a connection and sends these bytes; the caller closes it. */
    public static Socket begin(URI service, String request) throws IOException {
        Socket socket = new Socket(service.getHost(), service.getPort());
        socket.getOutputStream().write(bytes(request));
        return socket;
    }

    /** Ends the connection with RST, as a client whose process is killed. */
    public static void reset(Socket connection) throws IOException {
        connection.setSoLinger(true, 0);
        connection.close();
    }

    /** Returns the bytes of a request; each character is one. */
    public static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
