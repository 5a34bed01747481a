package dev.logikids.database.testsupport;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Stands between a client and the test server, to make the database go away and come back on the same port. */
public final class TcpProxy implements AutoCloseable {

    /** How often a connection looks whether the stall has ended. */
    private static final int TICK_MILLIS = 20;

    private final URI server;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final Set<Socket> clients = ConcurrentHashMap.newKeySet();
    /** Clients of which nothing more is read, so that their end would not be seen. */
    private final Set<Socket> unread = ConcurrentHashMap.newKeySet();

    private final List<Closeable> backlog = new ArrayList<>();
    /** How many bytes of the server's answers each connection gets; the rest is held back. */
    private volatile int answered = Integer.MAX_VALUE;

    private volatile ServerSocket listener;
    private final int port;

    private TcpProxy(URI server) {
        this.server = server;
        this.port = listen(0, 0);
        serve(listener);
    }

    /** Returns a proxy to the server of that DATABASE_URL, on a port of its own. */
    public static TcpProxy to(String databaseUrl) {
        return new TcpProxy(URI.create(databaseUrl));
    }

    /** Returns the DATABASE_URL that leads through this proxy. */
    public String databaseUrl() {
        return "postgresql://" + server.getRawUserInfo() + "@127.0.0.1:" + port + server.getRawPath();
    }

    /** Closes every connection; new ones are served. */
    public void cut() {
        open.forEach(TcpProxy::closeQuietly);
        open.clear();
        clients.clear();
    }

    /** Closes every connection and the port: new ones are refused. */
    public void refuse() {
        closeBacklog();
        cut();
    }

    private void closeBacklog() {
        closeQuietly(listener);
        backlog.forEach(TcpProxy::closeQuietly);
        backlog.clear();
    }

    /** Accepts connections and forwards nothing any more, like a server whose process is stopped. */
    public void stall() {
        stallAfter(0);
    }

    /** Like {@link #stall()}, but each new connection still gets that many bytes of the server's answers. */
    public void stallAfter(int bytes) {
        answered = bytes;
    }

    /** Forwards nothing any more and leaves new connections without an answer, like a host that lost its network. */
    public void vanish() {
        stall();
        closeQuietly(listener);
        listen(port, 1);
        try {
            // Linux drops a SYN while the queue of accepted connections is full
            for (int i = 0; i < 3; i++) {
                SocketChannel filler = SocketChannel.open();
                filler.configureBlocking(false);
                filler.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                backlog.add(filler);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Forwards again what comes on new connections, and what stalled ones still hold. */
    public void restore() {
        if (!backlog.isEmpty()) {
            closeBacklog();
        }
        if (listener.isClosed()) {
            listen(port, 0);
            serve(listener);
        }
        answered = Integer.MAX_VALUE;
    }

    /** Returns how many connections there have been. */
    public int accepted() {
        return clients.size();
    }

    /** Returns how many connections the client has neither closed nor lost. One that only stopped sending is counted. */
    public long heldByClient() {
        return clients.stream().filter(client -> !isClosed(client)).count();
    }

    @Override
    public void close() {
        refuse();
        answered = Integer.MAX_VALUE;
    }

    /** A socket that is closed at the other end answers a byte with a reset, a half-closed one takes it. */
    private boolean isClosed(Socket client) {
        if (unread.contains(client)) {
            try {
                client.getOutputStream().write(0);
            } catch (IOException reset) {
                return true;
            }
        }
        return client.isClosed();
    }

    private int listen(int wanted, int backlogSize) {
        try {
            ServerSocket socket = new ServerSocket();
            socket.setReuseAddress(true);
            bind(socket, wanted, backlogSize);
            listener = socket;
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The kernel gives a port free only when the thread that accepted on it has seen the end. */
    private static void bind(ServerSocket socket, int wanted, int backlogSize) throws IOException {
        long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (!socket.isBound()) {
            try {
                socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), wanted), backlogSize);
            } catch (BindException stillTaken) {
                if (System.nanoTime() > end) {
                    throw stillTaken;
                }
                Thread.onSpinWait();
            }
        }
    }

    private void serve(ServerSocket socket) {
        daemon(() -> {
            try {
                while (true) {
                    Socket client = socket.accept();
                    Socket target = new Socket(server.getHost(), server.getPort());
                    open.add(client);
                    open.add(target);
                    clients.add(client);
                    daemon(() -> forward(client, target, false));
                    daemon(() -> forward(target, client, true));
                }
            } catch (IOException closed) {
                // refuse() closed the port
            }
        });
    }

    private void forward(Socket from, Socket to, boolean answers) {
        try (from;
                to) {
            from.setSoTimeout(TICK_MILLIS);
            byte[] bytes = new byte[8192];
            int sent = 0;
            int held = 0;
            boolean ended = false;
            while (!ended || held > 0 || answered < Integer.MAX_VALUE) {
                // an end of the stream is held back by a stall too
                int allowed = answers ? answered - sent : answered > 0 ? held : 0;
                int count = Math.min(held, allowed);
                if (count > 0) {
                    to.getOutputStream().write(bytes, 0, count);
                    System.arraycopy(bytes, count, bytes, 0, held - count);
                    held -= count;
                    sent += count;
                } else if (ended || held == bytes.length) {
                    unread.add(from);
                    Thread.sleep(TICK_MILLIS);
                } else {
                    int more = read(from, bytes, held);
                    held += Math.max(more, 0);
                    ended = more < 0;
                }
            }
        } catch (IOException closed) {
            // cut, or one side has ended
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(from);
            open.remove(to);
            clients.remove(from);
            clients.remove(to);
            unread.remove(from);
        }
    }

    private static int read(Socket from, byte[] bytes, int held) throws IOException {
        try {
            return from.getInputStream().read(bytes, held, bytes.length - held);
        } catch (SocketTimeoutException nothingYet) {
            return 0;
        }
    }

    private static void daemon(Runnable task) {
        Thread thread = new Thread(task, "tcp-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    private static void closeQuietly(Closeable closeable) {
        try {
            closeable.close();
        } catch (IOException e) {
            // it is gone either way
        }
    }
}
