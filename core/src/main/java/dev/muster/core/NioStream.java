package dev.muster.core;

import dev.muster.spi.Environment;
import dev.muster.spi.Network;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

/** A real TCP connection on a loop's selector. */
final class NioStream implements Network.Stream, EventLoop.Ready {

    private static final int READS_PER_TURN = 4;

    private final NioNetwork network;
    private final SocketChannel channel;
    private final InetSocketAddress remote;
    private Network.StreamHandler handler;
    private SelectionKey key;
    private Environment.Scheduled connectTimeout;
    private boolean connected;
    private boolean closed;

    NioStream(NioNetwork network, SocketChannel channel, InetSocketAddress remote) {
        this.network = network;
        this.channel = channel;
        this.remote = remote;
    }

    void handle(Network.StreamHandler streamHandler) {
        handler = streamHandler;
    }

    /** Register an accepted channel. */
    void register(int interests) throws IOException {
        connected = true;
        if (!closed) {
            key = network.register(channel, interests, this);
        }
    }

    static void prepare(SocketChannel channel, Network.StreamOptions options) throws IOException {
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, options.noDelay());
        channel.setOption(StandardSocketOptions.SO_KEEPALIVE, options.keepAlive());
        if (options.sendBufferBytes() > 0) {
            channel.setOption(StandardSocketOptions.SO_SNDBUF, options.sendBufferBytes());
        }
        if (options.receiveBufferBytes() > 0) {
            channel.setOption(StandardSocketOptions.SO_RCVBUF, options.receiveBufferBytes());
        }
    }

    void connect(Network.StreamOptions options) throws IOException {
        prepare(channel, options);
        bind(options.from());
        boolean atOnce = channel.connect(NioNetwork.onLinkOf(options.from(), remote));
        key = network.register(channel, atOnce ? 0 : SelectionKey.OP_CONNECT, this);
        if (atOnce) {
            network.loop().execute(this::nowConnected);
        } else {
            connectTimeout = network.loop().schedule(options.connectTimeoutNanos(), () ->
                    closed(Network.CloseReason.TIMED_OUT, "no answer within "
                            + options.connectTimeoutNanos() / 1_000_000 + " ms"));
        }
        network.loop().interestsChanged();
    }

    private void bind(InetAddress from) throws IOException {
        InetAddress to = remote.getAddress();
        if (from != null && to != null && from.getAddress().length == to.getAddress().length) {
            channel.bind(new InetSocketAddress(from, 0));
        }
    }

    /** Tell the handler of a failure, but not within the current call. */
    void fail(Network.CloseReason reason, String detail) {
        network.loop().execute(() -> closed(reason, detail));
    }

    @Override
    public void ready(SelectionKey ready) {
        if (!connected) {
            finishConnect();
        } else {
            if (ready.isReadable()) {
                read();
            }
            if (!closed && ready.isValid() && ready.isWritable()) {
                handler.writable();
            }
        }
    }

    private void finishConnect() {
        try {
            if (channel.finishConnect()) {
                nowConnected();
            }
        } catch (IOException e) {
            closed(NioNetwork.connectFailure(e), e.toString());
        }
    }

    private void nowConnected() {
        if (closed) {
            return;
        }
        forgetConnectTimeout();
        connected = true;
        key.interestOps(SelectionKey.OP_READ);
        network.loop().interestsChanged();
        handler.connected();
    }

    private void forgetConnectTimeout() {
        if (connectTimeout != null) {
            connectTimeout.cancel();
            connectTimeout = null;
        }
    }

    private void read() {
        ByteBuffer buffer = network.readBuffer();
        int reads = 0;
        int read = 0;
        try {
            do {
                buffer.clear();
                read = channel.read(buffer);
                if (read > 0) {
                    buffer.flip();
                    handler.received(buffer);
                }
            } while (!closed && read == buffer.capacity() && ++reads < READS_PER_TURN);
        } catch (IOException e) {
            handler.receivedAll();
            closed(Network.CloseReason.CLOSED_BY_PEER, e.toString());
            return;
        }
        handler.receivedAll();
        if (read < 0) {
            closed(Network.CloseReason.CLOSED_BY_PEER, "end of stream");
        }
    }

    @Override
    public long write(ByteBuffer[] buffers, int count) {
        if (closed || !connected) {
            return 0;
        }
        try {
            return count == 1 ? channel.write(buffers[0]) : channel.write(buffers, 0, count);
        } catch (IOException e) {
            fail(Network.CloseReason.CLOSED_BY_PEER, e.toString());
            return 0;
        }
    }

    @Override
    public void wantWritable(boolean wanted) {
        setInterest(SelectionKey.OP_WRITE, wanted);
    }

    @Override
    public void wantReadable(boolean wanted) {
        setInterest(SelectionKey.OP_READ, wanted);
    }

    private void setInterest(int interest, boolean wanted) {
        if (closed || !connected || !key.isValid()) {
            return;
        }
        int before = key.interestOps();
        int after = wanted ? before | interest : before & ~interest;
        if (before != after) {
            key.interestOps(after);
            network.loop().interestsChanged();
        }
    }

    @Override
    public InetSocketAddress remote() {
        return remote;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            forgetConnectTimeout();
            if (channel != null) {
                network.close(channel);
            }
        }
    }

    private void closed(Network.CloseReason reason, String detail) {
        if (!closed) {
            close();
            handler.closed(reason, detail);
        }
    }
}
