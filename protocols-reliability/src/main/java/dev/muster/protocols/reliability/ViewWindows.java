package dev.muster.protocols.reliability;

import dev.muster.api.Address;
import dev.muster.api.View;
import dev.muster.spi.Digest;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedSet;

/** What the other members of one view have sent in it, as far as it is known here. */
final class ViewWindows {

    /** Those of no view. */
    static final ViewWindows NONE = new ViewWindows();

    private final View view;
    private final Map<Address, ReceiveWindow> windows = new LinkedHashMap<>();

    private ViewWindows() {
        view = null;
    }

    ViewWindows(View view, Address self) {
        this.view = view;
        for (Address member : view.members()) {
            if (!member.equals(self)) {
                windows.put(member, new ReceiveWindow(member));
            }
        }
    }

    /** The window of a sender, null if it is no other member of the view. */
    ReceiveWindow of(Address sender) {
        return windows.get(sender);
    }

    /** All of them, in the order of the view. */
    Collection<ReceiveWindow> all() {
        return windows.values();
    }

    /** What was delivered of each sender, with what this member itself has sent. */
    Digest digest(long ownHighest) {
        Map<Address, Long> delivered = new LinkedHashMap<>();
        Map<Address, SortedSet<Long>> beyond = new LinkedHashMap<>();
        if (view == null) {
            return new Digest(null, delivered, beyond);
        }
        for (Address member : view.members()) {
            ReceiveWindow window = windows.get(member);
            long upTo = window == null ? ownHighest : window.delivered();
            if (upTo > 0) {
                delivered.put(member, upTo);
            }
            SortedSet<Long> ahead = window == null ? null : window.deliveredBeyond();
            if (ahead != null && !ahead.isEmpty()) {
                beyond.put(member, ahead);
            }
        }
        return new Digest(view.id(), delivered, beyond);
    }

    /** Whether everything up to the line has been delivered of every sender. */
    boolean areFilled() {
        for (ReceiveWindow window : windows.values()) {
            if (!window.isFilled()) {
                return false;
            }
        }
        return true;
    }

    /** Forget what everybody has, but the latest few packets of each sender. */
    void free(Digest stable, int lag) {
        for (ReceiveWindow window : windows.values()) {
            window.freeTo(stable.of(window.sender()) - lag);
        }
    }

    /** Packets that are held back or missing. */
    long waiting() {
        return windows.values().stream().mapToLong(ReceiveWindow::waiting).sum();
    }

    /** Payload of the packets kept. */
    long bytes() {
        return windows.values().stream().mapToLong(window -> window.ring().bytes()).sum();
    }
}
