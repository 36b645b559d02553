package dev.muster.testkit;

import dev.muster.spi.router.RouterAddress;
import dev.muster.spi.router.RouterCodec;
import dev.muster.spi.router.RouterMessage;
import dev.muster.spi.router.RouterMessage.Kind;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;

/**
 * A client of a router on a real, blocking socket, that knows nothing of Muster but the wire. One thread may say and another
 * one hear. What does not come within a minute never comes: hearing fails then.
 */
public final class RouterClient implements AutoCloseable {

    private static final int DEADLINE_MILLIS = 60_000;

    private final Socket socket;
    private final DataInputStream in;

    /**
     * Take a connection.
     *
     * @param socket connected; closed with this
     * @throws IOException if it is not
     */
    public RouterClient(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(DEADLINE_MILLIS);
        in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
    }

    /**
     * Connect.
     *
     * @param router where it listens
     * @return connected
     * @throws IOException if nobody listens there
     */
    public static RouterClient connect(InetSocketAddress router) throws IOException {
        return new RouterClient(new Socket(router.getAddress(), router.getPort()));
    }

    /**
     * Register a member, and wait until that is done: what is said on one connection is done in order.
     *
     * @param group its group
     * @param member who
     * @return this
     * @throws IOException if the connection is lost
     */
    public RouterClient registered(String group, RouterAddress member) throws IOException {
        say(RouterMessage.register(group, member, "name", null));
        awaitDone();
        return this;
    }

    /**
     * Wait until everything said has been done. What the router says meanwhile is an error.
     *
     * @throws IOException if the connection is lost
     */
    public void awaitDone() throws IOException {
        RouterMessage heartbeat = RouterMessage.about(Kind.HEARTBEAT, null, null);
        say(heartbeat);
        RouterMessage heard = hear();
        if (!heard.equals(heartbeat)) {
            throw new AssertionError("instead of an echo of the heartbeat the router says " + heard);
        }
    }

    /**
     * Say something.
     *
     * @param message what
     * @throws IOException if the connection is lost
     */
    public void say(RouterMessage message) throws IOException {
        ByteBuffer frame = RouterCodec.frame(message);
        socket.getOutputStream().write(frame.array(), 0, frame.remaining());
    }

    /**
     * Say any bytes.
     *
     * @param bytes what
     * @throws IOException if the connection is lost
     */
    public void say(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    /**
     * Wait for the next message.
     *
     * @return what the router says
     * @throws IOException if the connection is lost
     */
    public RouterMessage hear() throws IOException {
        byte[] bytes = hearBytes();
        return RouterCodec.read(bytes, 0, bytes.length);
    }

    /**
     * Wait for the next message.
     *
     * @return its bytes, without those of its length
     * @throws IOException if the connection is lost
     */
    public byte[] hearBytes() throws IOException {
        byte[] bytes = new byte[in.readInt()];
        in.readFully(bytes);
        return bytes;
    }

    /**
     * Wait until the router closes the connection.
     *
     * @return false if it says something instead
     * @throws IOException if it does neither
     */
    public boolean isDisconnected() throws IOException {
        try {
            in.readByte();
            return false;
        } catch (EOFException e) {
            return true;
        } catch (java.net.SocketTimeoutException e) {
            throw e;
        } catch (IOException e) {
            // a reset, where the router had not read everything
            return true;
        }
    }

    /**
     * Wait until the router closes the connection, whatever it says before: by TLS it says why, for instance.
     *
     * @throws IOException if that takes too long
     */
    public void awaitDisconnected() throws IOException {
        boolean disconnected = false;
        while (!disconnected) {
            disconnected = isDisconnected();
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
