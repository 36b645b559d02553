package dev.muster.it.processes;

import dev.muster.api.Address;
import dev.muster.api.MergeView;
import dev.muster.api.View;
import dev.muster.it.ToldView;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What one life of a member saw in one round, in a file that only grows. Each line goes to the operating system at once, so
 * that it is there when the process is killed in the next moment. Microseconds are those of the machine's clock; addresses are
 * 32 hexadecimal digits.
 *
 * <pre>
 *   life ADDRESS NAME
 *   view MICROS COUNTER@CREATOR MEMBER,MEMBER… [COUNTER@CREATOR:MEMBER,… per subgroup of a merge]
 *   send MICROS COUNT                 numbers below COUNT may have been sent
 *   sent MICROS COUNT                 numbers below COUNT have been sent, no other
 *   msgs MICROS SENDER FIRST LAST     delivered, one after the other
 *   odd  MICROS TEXT                  delivered, but nothing like that was sent
 * </pre>
 *
 * Safe for several threads.
 */
final class MemberLog implements AutoCloseable {

    private final FileChannel file;

    MemberLog(Path path) throws IOException {
        file = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE);
    }

    void life(Address address) {
        write("life " + address.id() + " " + address.name());
    }

    void view(long micros, View view) {
        StringBuilder line = new StringBuilder("view ").append(micros).append(' ').append(ToldView.idOf(view.id())).append(' ')
                .append(text(view.members()));
        if (view instanceof MergeView merge) {
            merge.subgroups().forEach(group ->
                    line.append(' ').append(ToldView.idOf(group.from())).append(':').append(text(group.members())));
        }
        write(line.toString());
    }

    void mayHaveSent(int count) {
        write("send " + ToldView.now() + " " + count);
    }

    void sent(int count) {
        write("sent " + ToldView.now() + " " + count);
    }

    void delivered(Address sender, int first, int last) {
        write("msgs " + ToldView.now() + " " + sender.id() + " " + first + " " + last);
    }

    void odd(String what) {
        write("odd " + ToldView.now() + " " + what);
    }

    private static String text(List<Address> members) {
        return members.stream().map(Address::id).collect(Collectors.joining(","));
    }

    private synchronized void write(String line) {
        ByteBuffer bytes = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8));
        try {
            while (bytes.hasRemaining()) {
                file.write(bytes);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
