package dev.muster.router;

import dev.muster.api.Settings;
import dev.muster.spi.Environment;
import dev.muster.spi.MalformedException;
import dev.muster.spi.Network;
import dev.muster.spi.router.RouterConnection;
import java.nio.ByteBuffer;

/** One client, and its connection. */
final class ClientConnection extends Client implements RouterConnection.Peer {

    private final Clients clients;
    private final RouterConnection connection;
    /** Forgets that it must say something soon; null once it has. */
    private Environment.Scheduled greeting;
    private boolean isWritten;
    private long heardNanos;

    ClientConnection(Clients clients, Settings settings) {
        this.clients = clients;
        this.connection = new RouterConnection(settings.get(RouterSettings.MAX_LENGTH).intValue(),
                settings.get(RouterSettings.SEND_QUEUE_BYTES), this);
        this.heardNanos = clients.nowNanos();
    }

    Network.StreamHandler on(Network.Stream stream) {
        connection.on(stream, true);
        return connection;
    }

    void mustGreet(Environment.Scheduled timeout) {
        greeting = timeout;
    }

    /** Whether it has ever said anything that is understood. */
    boolean hasGreeted() {
        return greeting == null;
    }

    long silentNanos() {
        return clients.nowNanos() - heardNanos;
    }

    long waitingBytes() {
        return connection.waitingBytes();
    }

    int waitingFrames() {
        return connection.waitingFrames();
    }

    @Override
    boolean send(ByteBuffer frame, boolean data) {
        if (!isWritten) {
            isWritten = true;
            clients.writeSoon(this);
        }
        return connection.offer(frame, data);
    }

    void flush() {
        isWritten = false;
        connection.flush();
    }

    @Override
    public void frame(byte[] frame) {
        heardNanos = clients.nowNanos();
        try {
            clients.routing().received(this, frame);
            if (greeting != null) {
                greeting.cancel();
                greeting = null;
            }
        } catch (MalformedException e) {
            malformed(e.getMessage());
        }
    }

    @Override
    public void malformed(String problem) {
        clients.malformed(this, problem);
    }

    @Override
    public void receivedAll() {
        clients.flush();
    }

    @Override
    public void closed(boolean orderly, String detail) {
        clients.gone(this, detail);
    }

    void close() {
        if (greeting != null) {
            greeting.cancel();
        }
        connection.close();
    }

    @Override
    public String toString() {
        return connection.toString();
    }
}
