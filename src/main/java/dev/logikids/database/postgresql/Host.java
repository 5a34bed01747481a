package dev.logikids.database.postgresql;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.ChannelOutputShutdownEvent;
import io.netty.handler.flush.FlushConsolidationHandler;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.VertxException;
import io.vertx.core.impl.ContextInternal;
import io.vertx.core.impl.VertxInternal;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.impl.NetClientImpl;
import io.vertx.core.net.impl.NetSocketInternal;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.impl.PgConnectionFactory;
import io.vertx.sqlclient.SqlConnection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * One host of DATABASE_URL. Closes sockets itself, because the driver (Vert.x 4.5) never does so without the server:
 *
 * <ul>
 *   <li>its connect timeout covers TCP, but neither TLS nor authentication nor a second try without TLS;
 *   <li>its codec turns every close into a half-close and waits for the server's end, so a connection to a server that
 *       hangs would keep its place in the pool until that server is back.
 * </ul>
 */
final class Host extends PgConnectionFactory {

    private final PgConnectOptions address;
    private final boolean requireChannelBinding;
    private final NetClient client;
    private final Map<Context, Attempt> attempts = new ConcurrentHashMap<>();

    Host(VertxInternal vertx, PgConnectOptions options, boolean requireChannelBinding) {
        super(vertx, () -> Future.succeededFuture(options));
        this.address = options;
        this.requireChannelBinding = requireChannelBinding;
        this.client = new Sockets(vertx, forSockets(options));
        // Vert.x 4.5 leaves it to a finalizer, which may come when the event loops have ended, and complain
        vertx.addCloseHook(this::close);
    }

    /**
     * Connects within the connect timeout, TLS, authentication and the check included. When it fails, no socket of it is
     * open any more.
     *
     * @param context of an event loop, for this connection alone
     * @param check what else the connection must pass
     */
    Future<SqlConnection> connect(Context context, Function<SqlConnection, Future<Void>> check) {
        Attempt attempt = new Attempt();
        attempts.put(context, attempt);
        return connect(context, address)
                // without a handler, Vert.x prints what happens to the connection; the statement on it fails anyway
                .map(connection -> connection.exceptionHandler(lost -> {}))
                .onSuccess(connected -> attempt.addWholeMessages())
                .compose(connection -> check.apply(connection).map(connection))
                .timeout(address.getConnectTimeout(), TimeUnit.MILLISECONDS)
                .onComplete(done -> attempts.remove(context))
                .onFailure(failure -> attempt.giveUp());
    }

    /** Closes a socket at once, from the end of its pipeline where neither codec nor TLS waits for the peer. */
    static void close(ChannelPipeline pipeline) {
        ChannelHandlerContext outermost = pipeline.firstContext();
        // null: it has been closed and dismantled already
        if (outermost != null) {
            outermost.close();
        }
    }

    @Override
    protected NetClient netClient(NetClientOptions sameForAll) {
        return client;
    }

    private static NetClientOptions forSockets(PgConnectOptions options) {
        NetClientOptions copy = new NetClientOptions(options).setReconnectAttempts(0);
        // Vert.x wants the choice made, be it for none
        return copy.getHostnameVerificationAlgorithm() == null ? copy.setHostnameVerificationAlgorithm("") : copy;
    }

    private static Future<NetSocket> tooLate() {
        return Future.failedFuture(new VertxException("connected too late", true));
    }

    /** The sockets of one connect; used on the event loop of its context only. */
    private static final class Attempt {

        private NetSocketInternal socket;
        private boolean givenUp;

        /** Replaces the socket of an earlier try: the driver does not close the one on which TLS was refused. */
        Future<NetSocket> opened(NetSocket next) {
            closeSocket();
            socket = (NetSocketInternal) next;
            if (givenUp) {
                closeSocket();
                return tooLate();
            }
            return Future.succeededFuture(next);
        }

        /** Not before the server is ready: its answer to the wish for TLS is no message. */
        void addWholeMessages() {
            ChannelPipeline pipeline = socket.channelHandlerContext().pipeline();
            if (pipeline.get("codec") != null) {
                pipeline.addBefore("codec", "messages", new WholeMessages());
            }
        }

        void giveUp() {
            givenUp = true;
            closeSocket();
        }

        private void closeSocket() {
            if (socket != null) {
                close(socket.channelHandlerContext().pipeline());
            }
        }
    }

    private final class Sockets extends NetClientImpl {

        Sockets(VertxInternal vertx, NetClientOptions options) {
            super(vertx, null, options, clientCloseFuture);
            clientCloseFuture.add(this);
        }

        @Override
        public Future<NetSocket> connect(ContextInternal context, SocketAddress server, String serverName) {
            Attempt attempt = attempts.get(context);
            // none: the driver retries without TLS a connect that has ended
            return attempt == null
                    ? tooLate()
                    : super.connect(context, server, serverName).compose(attempt::opened);
        }

        @Override
        protected void initChannel(ChannelPipeline pipeline) {
            super.initChannel(pipeline);
            // the statements of all requests that the event loop has read at once leave in one write
            pipeline.addFirst(new FlushConsolidationHandler(Reads.PIPELINED, true));
            if (requireChannelBinding) {
                // TLS comes before it, the driver's codec behind it
                pipeline.addFirst(new ChannelBindingCheck());
            }
            pipeline.addFirst(new ChannelInboundHandlerAdapter() {
                @Override
                public void userEventTriggered(ChannelHandlerContext context, Object event) {
                    if (event instanceof ChannelOutputShutdownEvent) {
                        // the codec has sent its goodbye and would wait for the server now
                        Host.close(pipeline);
                    }
                    context.fireUserEventTriggered(event);
                }
            });
        }
    }
}
