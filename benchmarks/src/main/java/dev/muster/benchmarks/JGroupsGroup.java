package dev.muster.benchmarks;

import dev.muster.cli.perf.Inbox;
import dev.muster.cli.perf.Seat;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jgroups.Address;
import org.jgroups.JChannel;
import org.jgroups.Receiver;
import org.jgroups.View;

/** How a member of any kind takes its seat in a group of JGroups, and where the others are. */
final class JGroupsGroup {

    static final int FORMING_SECONDS = 60;

    /** JGroups' warnings, of slow joins and broken pipes at the end, would drown what is measured. */
    static final List<String> JVM_OPTIONS = List.of("-Dorg.slf4j.simpleLogger.log.org.jgroups=off");

    private final JChannel channel;
    private final Seat seat;
    private final Inbox inbox;
    private final Address[] members;
    private final CountDownLatch complete = new CountDownLatch(1);

    /** Open a channel that is not connected; {@link #installed} is to be told of its views. */
    JGroupsGroup(String stack, Seat seat, Inbox inbox) throws Exception {
        this.seat = seat;
        this.inbox = inbox;
        members = new Address[seat.members()];
        System.setProperty("jgroups.tcpping.initial_hosts",
                seat.ports().stream().map(port -> "127.0.0.1[" + port + "]").collect(Collectors.joining(",")));
        channel = new JChannel(stack);
        channel.getProtocolStack().getTransport().setBindAddress(InetAddress.getLoopbackAddress()).setBindPort(seat.port());
        channel.name(nameOf(seat.member()));
    }

    JChannel channel() {
        return channel;
    }

    /** Join, and wait for everybody. */
    void join() throws Exception {
        channel.connect(seat.run());
        if (!complete.await(FORMING_SECONDS, TimeUnit.SECONDS)) {
            throw new IOException("JGroups formed no view of " + seat.members() + " members within " + FORMING_SECONDS
                    + " s, but " + channel.getView());
        }
    }

    /** For {@link Receiver#viewAccepted}. */
    void installed(View view) {
        inbox.view(view.size());
        if (view.size() == members.length) {
            for (Address member : view) {
                for (int number = 0; number < members.length; number++) {
                    if (member.toString().equals(nameOf(number))) {
                        members[number] = member;
                    }
                }
            }
            complete.countDown();
        }
    }

    Address member(int number) {
        return members[number];
    }

    private static String nameOf(int member) {
        return "m" + (member + 1);
    }
}
