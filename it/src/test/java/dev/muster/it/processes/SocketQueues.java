package dev.muster.it.processes;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Bytes on their way to a process that wait in the operating system, as Linux tells them.
 *
 * @param unread have arrived, and the process has not read them
 * @param unsent wait at the senders for room at the process
 */
record SocketQueues(long unread, long unsent) {

    /** A row of the system's table of TCP sockets. */
    private record Socket(String local, String remote, long unsent, long unread, String inode) {
        static Socket of(String row) {
            String[] columns = row.strip().split("\\s+");
            String[] queues = columns[4].split(":");
            return new Socket(columns[1], columns[2], Long.parseLong(queues[0], 16), Long.parseLong(queues[1], 16),
                    columns[9]);
        }
    }

    static SocketQueues towards(long pid) throws IOException {
        Map<String, Socket> byEnds = new HashMap<>();
        List<Socket> own = new ArrayList<>();
        Set<String> inodes = inodes(pid);
        for (Socket socket : sockets()) {
            byEnds.put(socket.local + " " + socket.remote, socket);
            if (inodes.contains(socket.inode)) {
                own.add(socket);
            }
        }
        long unread = 0;
        long unsent = 0;
        for (Socket socket : own) {
            Socket other = byEnds.get(socket.remote + " " + socket.local);
            if (other != null) {
                unread += socket.unread;
                unsent += other.unsent;
            }
        }
        return new SocketQueues(unread, unsent);
    }

    private static List<Socket> sockets() throws IOException {
        List<Socket> sockets = new ArrayList<>();
        for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
            if (Files.exists(Path.of(table))) {
                List<String> rows = Files.readAllLines(Path.of(table));
                rows.subList(1, rows.size()).forEach(row -> sockets.add(Socket.of(row)));
            }
        }
        return sockets;
    }

    private static Set<String> inodes(long pid) throws IOException {
        Set<String> inodes = new HashSet<>();
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(Path.of("/proc/" + pid + "/fd"))) {
            for (Path descriptor : descriptors) {
                String target = Files.readSymbolicLink(descriptor).toString();
                if (target.startsWith("socket:[")) {
                    inodes.add(target.substring("socket:[".length(), target.length() - 1));
                }
            }
        } catch (NoSuchFileException e) {
            throw new IOException("no " + e.getFile() + ": this looks at sockets as Linux shows them", e);
        }
        return inodes;
    }
}
