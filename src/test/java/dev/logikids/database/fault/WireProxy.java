package dev.logikids.database.fault;

import dev.logikids.database.testsupport.Patience;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Stands between the service and PostgreSQL and reads their protocol, so that a fault can hit a connection in a known
 * phase. A connection with TLS can be read as far as its first encrypted bytes.
 */
final class WireProxy implements AutoCloseable {

    private static final int SSL_REQUEST = 80877103;
    private static final int SLOW_BYTES = 10;
    private static final int SLOW_PAUSE_MILLIS = 100;

    private final ServerSocket listener;
    private final Set<Link> links = ConcurrentHashMap.newKeySet();
    private final AtomicInteger hits = new AtomicInteger();
    private final Object healed = new Object();
    private volatile PostgreSqlServer server;
    /** Null while all is well. */
    private volatile Trouble trouble;

    private record Trouble(Fault fault, Phase phase) {}

    WireProxy(PostgreSqlServer server) {
        this.server = server;
        try {
            listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        daemon(this::accept);
    }

    /** Returns the DATABASE_URL that leads through this proxy. */
    String databaseUrl() {
        return PostgreSqlServer.databaseUrl("127.0.0.1:" + listener.getLocalPort());
    }

    /** Leads new connections to that server; those that are open stay where they are. */
    void leadTo(PostgreSqlServer other) {
        server = other;
    }

    /** From now on, the fault hits each connection that is in the phase or gets there. */
    void begin(Fault fault, Phase phase) {
        hits.set(0);
        trouble = new Trouble(fault, phase);
        for (Link link : links) {
            if (phase.isForNewConnections()) {
                link.end(false);
            } else if (phase == Phase.IDLE && link.isIdle()) {
                link.hit(fault);
            }
        }
    }

    /** Returns once the fault has hit a connection. */
    void awaitHit() {
        Patience.await().until(() -> hits.get() > 0);
    }

    /** Ends the fault: what was stalled or slow is forwarded at once. Returns how many connections it hit. */
    int end() {
        trouble = null;
        synchronized (healed) {
            healed.notifyAll();
        }
        return hits.get();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        links.forEach(link -> link.end(false));
        end();
    }

    private void accept() {
        try {
            while (true) {
                Link link = new Link(listener.accept());
                links.add(link);
                daemon(link::forwardRequests);
            }
        } catch (IOException closed) {
            // the test is over
        }
    }

    private static void daemon(Runnable task) {
        Thread thread = new Thread(task, "wire-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    /** One connection of the service, and the one to PostgreSQL that serves it. */
    private final class Link {

        private final Socket client;
        private final Socket target = new Socket();
        private volatile boolean tlsAsked;
        private volatile boolean encrypted;
        private boolean started;
        /** Of the last ReadyForQuery: I outside and T inside of a transaction; 0 before the first. */
        private volatile char state;

        private volatile boolean busy;
        private volatile boolean executing;
        private volatile boolean committing;
        /** The fault that has hit this connection, as long as it is one that lasts. */
        private volatile Trouble lasting;

        Link(Socket client) {
            this.client = client;
        }

        boolean isIdle() {
            return state == 'I' && !busy;
        }

        void forwardRequests() {
            try {
                reach(Phase.CONNECT);
                awaitEndOfStall();
                target.connect(server.address());
                daemon(this::forwardAnswers);
                DataInputStream in = new DataInputStream(client.getInputStream());
                while (true) {
                    byte[] request = request(in);
                    awaitEndOfStall();
                    send(request, target);
                }
            } catch (IOException ended) {
                // by the fault, or by one of the two sides
            } finally {
                end(false);
            }
        }

        private byte[] request(DataInputStream in) throws IOException {
            byte first = in.readByte();
            if (encrypted) {
                reach(Phase.TLS);
                return available(in, first);
            }
            if (!started) {
                byte[] startup = message(in, new byte[] {first});
                tlsAsked = ByteBuffer.wrap(startup).getInt(4) == SSL_REQUEST;
                started = !tlsAsked;
                return startup;
            }
            byte[] request = message(in, new byte[] {first, in.readByte()});
            if (state == 0) {
                reach(Phase.AUTHENTICATION);
                return request;
            }
            busy = true;
            executing |= first == 'Q' || first == 'E';
            committing |= first == 'Q' && new String(request, StandardCharsets.UTF_8).contains("COMMIT");
            reach(committing ? Phase.COMMIT : state == 'T' ? Phase.TRANSACTION : Phase.QUERY);
            return request;
        }

        private void forwardAnswers() {
            try {
                DataInputStream in = new DataInputStream(target.getInputStream());
                while (true) {
                    byte[] answer = answer(in);
                    awaitEndOfStall();
                    if (!client.isOutputShutdown()) {
                        send(answer, client);
                    }
                }
            } catch (IOException ended) {
                // by the fault, or by one of the two sides
            } finally {
                end(false);
            }
        }

        /** Once the connection is ready, an answer is whole: PostgreSQL has done what it tells. */
        private byte[] answer(DataInputStream in) throws IOException {
            byte first = in.readByte();
            if (encrypted) {
                return available(in, first);
            }
            if (tlsAsked && !started) {
                encrypted = first == 'S';
                return new byte[] {first};
            }
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            byte[] part = message(in, new byte[] {first, in.readByte()});
            try {
                while (state != 0 && part[0] != 'Z') {
                    answer.write(part);
                    part = message(in, new byte[] {in.readByte(), in.readByte()});
                }
            } catch (EOFException goodbye) {
                return answer.toByteArray();
            }
            answer.write(part);
            if (part[0] == 'Z') {
                answered((char) part[part.length - 1]);
            }
            return answer.toByteArray();
        }

        private void answered(char newState) throws IOException {
            boolean committed = committing;
            boolean executed = executing && state == 'I' && newState == 'I';
            state = newState;
            busy = false;
            executing = false;
            committing = false;
            if (committed || executed) {
                reach(committed ? Phase.COMMIT_ANSWER : Phase.QUERY_ANSWER);
            }
        }

        private void reach(Phase phase) throws IOException {
            Trouble now = trouble;
            if (now != null && now.phase == phase && lasting != now) {
                hit(now.fault);
                if (client.isClosed()) {
                    throw new EOFException();
                }
            }
        }

        void hit(Fault fault) {
            hits.incrementAndGet();
            switch (fault) {
                case CUT -> end(false);
                case RESET -> end(true);
                case STALL, SLOW -> lasting = trouble;
                case HALF_CLOSE -> {
                    lasting = trouble;
                    shutdownOutput(client);
                }
            }
        }

        private boolean is(Fault fault) {
            Trouble now = trouble;
            return now != null && now == lasting && now.fault == fault;
        }

        private void awaitEndOfStall() throws IOException {
            try {
                synchronized (healed) {
                    while (is(Fault.STALL)) {
                        healed.wait();
                    }
                }
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }

        private void send(byte[] bytes, Socket to) throws IOException {
            OutputStream out = to.getOutputStream();
            int sent = 0;
            try {
                while (is(Fault.SLOW) && sent < bytes.length) {
                    int count = Math.min(SLOW_BYTES, bytes.length - sent);
                    out.write(bytes, sent, count);
                    sent += count;
                    Thread.sleep(SLOW_PAUSE_MILLIS);
                }
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            out.write(bytes, sent, bytes.length - sent);
        }

        void end(boolean reset) {
            links.remove(this);
            for (Socket socket : new Socket[] {client, target}) {
                try (socket) {
                    if (reset) {
                        socket.setSoLinger(true, 0);
                    } else {
                        shutdownOutput(socket);
                    }
                } catch (IOException gone) {
                    // as intended
                }
            }
        }
    }

    private static void shutdownOutput(Socket socket) {
        try {
            socket.shutdownOutput();
        } catch (IOException gone) {
            // the other side has ended it already
        }
    }

    /** Returns the message that begins with these bytes: a type, unless it is the first one, the length, and the rest. */
    private static byte[] message(DataInputStream in, byte[] first) throws IOException {
        ByteBuffer head = ByteBuffer.allocate(first.length + 3).put(first);
        in.readFully(head.array(), first.length, 3);
        int length = head.getInt(first.length - 1);
        byte[] message = Arrays.copyOf(head.array(), first.length - 1 + length);
        in.readFully(message, head.capacity(), message.length - head.capacity());
        return message;
    }

    private static byte[] available(DataInputStream in, byte first) throws IOException {
        byte[] bytes = new byte[1 + in.available()];
        bytes[0] = first;
        in.readFully(bytes, 1, bytes.length - 1);
        return bytes;
    }
}
