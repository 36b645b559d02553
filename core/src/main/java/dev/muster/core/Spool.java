package dev.muster.core;

import dev.muster.api.Address;
import dev.muster.spi.Header;
import dev.muster.spi.Packet;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Room on disk for packets that wait for long: a ring in a file in the directory for temporary files. What the application is
 * given of a packet comes back, its headers don't.
 *
 * <p>The file has no name from the beginning where the system can do that, so that nothing is left of it however the process
 * ends; and what is in it is enciphered with a key that is nowhere but in this object, since members may have keys of their
 * own for their talk. May be used by any thread.
 *
 * <pre>
 * packet | number of its source 4 | number of its destination 4, or -1 | flags 4 | length 4 | payload |
 * </pre>
 */
final class Spool implements Closeable {

    /** Length of the secret. */
    static final int SECRET_BYTES = 16;

    private static final Header[] NO_HEADERS = {};
    private static final int FIELDS_BYTES = 16;
    private static final int BLOCK_BYTES = 16;
    private static final int PIECE_BYTES = 64 * 1024;

    private final long capacity;
    private final FileChannel file;
    private final SecretKeySpec key;
    private final List<Address> members = new ArrayList<>();
    private final Map<Address, Integer> numbers = new HashMap<>();
    private final ArrayDeque<Batch> inUse = new ArrayDeque<>();
    private long begin;
    private long end;
    private long batches;

    /** Packets that lie together. */
    final class Batch {
        private final long number;
        private final long position;
        private final int length;
        private boolean isFree;

        private Batch(long number, long position, int length) {
            this.number = number;
            this.position = position;
            this.length = length;
        }

        /** Read the packets, with no credit. They stay until they are freed. */
        List<Packet> load() throws IOException {
            synchronized (Spool.this) {
                byte[] bytes = new byte[length];
                transfer(position, ByteBuffer.wrap(bytes), file::read);
                crypt(cipher(number), bytes, length);
                return unpack(bytes);
            }
        }

        /** These packets are not needed any more; their room is free once all that are older are free, too. */
        void free() {
            synchronized (Spool.this) {
                isFree = true;
                while (!inUse.isEmpty() && inUse.peek().isFree) {
                    Batch oldest = inUse.poll();
                    begin = oldest.position + oldest.length;
                }
            }
        }
    }

    /**
     * Open one.
     *
     * @param capacity in bytes
     * @param secret {@link #SECRET_BYTES} that nobody can guess
     */
    Spool(long capacity, byte[] secret) throws IOException {
        this.capacity = capacity;
        this.key = new SecretKeySpec(secret, "AES");
        Path path = Files.createTempFile("muster-held-back", null);
        file = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE);
    }

    /** Store packets behind all others; null if there is no room. */
    synchronized Batch store(List<Packet> packets) throws IOException {
        long length = packets.stream().mapToLong(packet -> FIELDS_BYTES + packet.length()).sum();
        if (end + length - begin > capacity || length > Integer.MAX_VALUE) {
            return null;
        }
        Batch batch = new Batch(batches++, end, (int) length);
        Cipher cipher = cipher(batch.number);
        ByteBuffer piece = ByteBuffer.allocate(PIECE_BYTES);
        long position = end;
        for (Packet packet : packets) {
            position += makeRoom(FIELDS_BYTES, piece, cipher, position);
            piece.putInt(number(packet.source())).putInt(packet.destination() == null ? -1 : number(packet.destination()))
                    .putInt(packet.flags()).putInt(packet.length());
            for (int done = 0; done < packet.length(); ) {
                position += makeRoom(1, piece, cipher, position);
                int part = Math.min(piece.remaining(), packet.length() - done);
                piece.put(packet.buffer(), packet.offset() + done, part);
                done += part;
            }
        }
        makeRoom(PIECE_BYTES, piece, cipher, position);
        end += length;
        inUse.add(batch);
        return batch;
    }

    /** Write the piece if it has no room for so much; tells how much was written. */
    private int makeRoom(int bytes, ByteBuffer piece, Cipher cipher, long position) throws IOException {
        if (piece.remaining() >= bytes) {
            return 0;
        }
        int length = piece.flip().limit();
        crypt(cipher, piece.array(), length);
        transfer(position, piece, file::write);
        piece.clear();
        return length;
    }

    private int number(Address member) {
        return numbers.computeIfAbsent(member, unused -> {
            members.add(member);
            return members.size() - 1;
        });
    }

    private List<Packet> unpack(byte[] bytes) {
        List<Packet> packets = new ArrayList<>();
        ByteBuffer in = ByteBuffer.wrap(bytes);
        while (in.hasRemaining()) {
            Address source = members.get(in.getInt());
            int destination = in.getInt();
            int flags = in.getInt();
            int length = in.getInt();
            packets.add(Packet.decoded(source, destination < 0 ? null : members.get(destination), 0, flags, NO_HEADERS, bytes,
                    in.position(), length));
            in.position(in.position() + length);
        }
        return packets;
    }

    @Override
    public synchronized void close() throws IOException {
        file.close();
    }

    /** The counter begins at another place for each batch, and no batch has a number twice. */
    private Cipher cipher(long batch) throws IOException {
        try {
            Cipher cipher = Cipher.getInstance("AES/CTR/NoPadding");
            byte[] start = ByteBuffer.allocate(BLOCK_BYTES).putLong(batch).array();
            cipher.init(Cipher.ENCRYPT_MODE, key, new IvParameterSpec(start));
            return cipher;
        } catch (GeneralSecurityException e) {
            throw new IOException("every Java can do AES in counter mode, this one fails", e);
        }
    }

    /** Encipher or decipher, which is the same, in place. */
    private static void crypt(Cipher cipher, byte[] bytes, int length) throws IOException {
        try {
            cipher.update(bytes, 0, length, bytes);
        } catch (GeneralSecurityException e) {
            throw new IOException("as many bytes come out of counter mode as go in, yet it says otherwise", e);
        }
    }

    @FunctionalInterface
    private interface Access {
        int at(ByteBuffer part, long position) throws IOException;
    }

    /** Read or write all of the bytes, which may go over the end of the ring. */
    private void transfer(long position, ByteBuffer bytes, Access access) throws IOException {
        long at = position;
        int limit = bytes.limit();
        while (bytes.position() < limit) {
            bytes.limit((int) Math.min(limit, bytes.position() + capacity - at % capacity));
            int moved = access.at(bytes, at % capacity);
            if (moved < 0) {
                throw new IOException("the file ends at byte " + at % capacity + ", but more was written there");
            }
            at += moved;
        }
    }
}
