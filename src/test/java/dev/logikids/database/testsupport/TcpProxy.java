package dev.logikids.database.testsupport;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Stands between a client and the test server, to make the database go away and come back on the same port. */
public final class TcpProxy implements AutoCloseable {

    private final URI server;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final Object flow = new Object();
    private boolean stalled;
    private volatile ServerSocket listener;
    private final int port;

    private TcpProxy(URI server) {
        this.server = server;
        this.port = listen(0);
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
    }

    /** Closes every connection and the port: new ones are refused. */
    public void refuse() {
        closeQuietly(listener);
        cut();
    }

    /** Accepts connections and forwards nothing any more, like a server behind a firewall that drops packets. */
    public void stall() {
        synchronized (flow) {
            stalled = true;
        }
    }

    /** Forwards again what comes on new connections, and what stalled ones still hold. */
    public void restore() {
        if (listener.isClosed()) {
            listen(port);
        }
        flow();
    }

    @Override
    public void close() {
        refuse();
        flow();
    }

    private void flow() {
        synchronized (flow) {
            stalled = false;
            flow.notifyAll();
        }
    }

    private int listen(int wanted) {
        try {
            ServerSocket socket = new ServerSocket();
            socket.setReuseAddress(true);
            bind(socket, wanted);
            listener = socket;
            daemon(() -> accept(socket));
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The kernel gives a port free only when the thread that accepted on it has seen the end. */
    private static void bind(ServerSocket socket, int wanted) throws IOException {
        long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (!socket.isBound()) {
            try {
                socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), wanted));
            } catch (BindException stillTaken) {
                if (System.nanoTime() > end) {
                    throw stillTaken;
                }
                Thread.onSpinWait();
            }
        }
    }

    private void accept(ServerSocket socket) {
        try {
            while (true) {
                Socket client = socket.accept();
                Socket target = new Socket(server.getHost(), server.getPort());
                open.add(client);
                open.add(target);
                daemon(() -> forward(client, target));
                daemon(() -> forward(target, client));
            }
        } catch (IOException closed) {
            // refuse() closed the port
        }
    }

    private void forward(Socket from, Socket to) {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] bytes = new byte[8192];
            for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
                awaitFlow();
                out.write(bytes, 0, count);
            }
            // an end of the stream is held back by a stall too
            awaitFlow();
        } catch (IOException closed) {
            // cut, or one side has ended
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(from);
            open.remove(to);
        }
    }

    private void awaitFlow() throws InterruptedException {
        synchronized (flow) {
            while (stalled) {
                flow.wait();
            }
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
