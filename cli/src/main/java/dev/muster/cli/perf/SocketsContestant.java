package dev.muster.cli.perf;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Arrays;

/**
 * Frames over blocking sockets, written 64 KB at a time: the limit of what TCP takes on this machine. It keeps no promise
 * but TCP's own.
 */
public final class SocketsContestant implements Contestant {

    private static final int WRITE_BYTES = 64 * 1024;
    private static final int READ_BYTES = 128 * 1024;

    /** For the service loader. */
    public SocketsContestant() {}

    @Override
    public String name() {
        return "sockets";
    }

    @Override
    public String description() {
        return "frames with a length in 64 KB blocking writes; no membership, no order among senders, no recovery";
    }

    @Override
    public boolean deliversToSender() {
        return false;
    }

    @Override
    public Node join(Seat seat, Inbox inbox) throws IOException {
        return new SocketsNode(seat, inbox);
    }

    private static final class SocketsNode implements Node {

        private final SocketChannel[] others;
        /** Each of the others by itself. */
        private final SocketChannel[][] alone;
        private final int self;
        /** What is gathered for all, or for one: whoever runs a measurement does one of the two. */
        private final ByteBuffer frames = ByteBuffer.allocateDirect(WRITE_BYTES);

        SocketsNode(Seat seat, Inbox inbox) throws IOException {
            self = seat.member();
            others = new SocketChannel[seat.members()];
            connect(seat);
            alone = Arrays.stream(others).map(other -> new SocketChannel[] {other}).toArray(SocketChannel[][]::new);
            for (SocketChannel other : others) {
                if (other != null) {
                    Thread reader = new Thread(() -> read(other, inbox), "reads " + other);
                    reader.setDaemon(true);
                    reader.start();
                }
            }
        }

        /** Each connects to those before it and tells its number; those after it connect to it. */
        private void connect(Seat seat) throws IOException {
            try (ServerSocketChannel server = ServerSocketChannel.open()) {
                server.bind(at(seat.port()), seat.members());
                for (int member = 0; member < self; member++) {
                    SocketChannel other = reach(at(seat.ports().get(member)));
                    other.write(ByteBuffer.allocate(Integer.BYTES).putInt(self).flip());
                    others[member] = other;
                }
                for (int missing = seat.members() - 1 - self; missing > 0; missing--) {
                    SocketChannel other = server.accept();
                    ByteBuffer number = ByteBuffer.allocate(Integer.BYTES);
                    while (number.hasRemaining()) {
                        other.read(number);
                    }
                    others[number.getInt(0)] = other;
                }
            }
            for (SocketChannel other : others) {
                if (other != null) {
                    other.setOption(StandardSocketOptions.TCP_NODELAY, true);
                }
            }
        }

        private static InetSocketAddress at(int port) {
            return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        }

        private static SocketChannel reach(InetSocketAddress address) throws IOException {
            for (int attempt = 1;; attempt++) {
                try {
                    return SocketChannel.open(address);
                } catch (IOException e) {
                    if (attempt == 500) {
                        throw e;
                    }
                    pause();
                }
            }
        }

        private static void pause() {
            try {
                Thread.sleep(20);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private static void read(SocketChannel channel, Inbox inbox) {
            ByteBuffer buffer = ByteBuffer.allocateDirect(READ_BYTES);
            try {
                while (channel.read(buffer) >= 0) {
                    buffer.flip();
                    takeAll(buffer, inbox);
                    buffer.compact();
                }
            } catch (IOException e) {
                // the run is over
            }
        }

        private static void takeAll(ByteBuffer buffer, Inbox inbox) {
            while (buffer.remaining() >= Integer.BYTES) {
                int length = buffer.getInt(buffer.position());
                if (buffer.remaining() < Integer.BYTES + length) {
                    return;
                }
                inbox.take(buffer.getLong(buffer.position() + Integer.BYTES));
                buffer.position(buffer.position() + Integer.BYTES + length);
            }
        }

        @Override
        public void sendToAll(byte[] payload, int length) throws IOException {
            send(payload, length, others);
        }

        @Override
        public void sendTo(int member, byte[] payload, int length) throws IOException {
            send(payload, length, alone[member]);
        }

        /** Locked, because an answer can be here and be answered before the write of the question returns. */
        private synchronized void send(byte[] payload, int length, SocketChannel[] receivers) throws IOException {
            if (frames.remaining() < Integer.BYTES + length) {
                flush(receivers);
            }
            frames.putInt(length).put(payload, 0, length);
            if (Inbox.isLast(payload)) {
                flush(receivers);
            }
        }

        private void flush(SocketChannel[] receivers) throws IOException {
            frames.flip();
            for (SocketChannel receiver : receivers) {
                if (receiver != null) {
                    write(receiver, frames.duplicate());
                }
            }
            frames.clear();
        }

        private static void write(SocketChannel channel, ByteBuffer bytes) throws IOException {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        }

        @Override
        public void close() throws IOException {
            for (SocketChannel other : others) {
                if (other != null) {
                    other.close();
                }
            }
        }
    }
}
