package dev.muster.protocols.membership.detection;

import dev.muster.api.Address;
import dev.muster.api.View;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Who observes whom: a pure function of the members, the same at all of them.
 *
 * <p>The members stand in a circle in the order of a hash of their ids. Everybody observes those who stand certain
 * distances ahead; the distances are as many as there are observers per member, and are drawn by a hash of the size. So
 * each observes exactly as many as observe it, and neighbours in one respect are strangers in the others: a fault that
 * takes several members does not take all observers of one, or only by chance.
 */
final class ObserverGraph {

    private final List<Address> circle;
    private final Map<Address, Integer> places = new HashMap<>();
    private final List<Integer> distances;

    ObserverGraph(View view, int observers) {
        circle = new ArrayList<>(view.members());
        circle.sort((one, other) -> {
            int order = Long.compare(hash(one), hash(other));
            return order != 0 ? order : one.compareTo(other);
        });
        for (int place = 0; place < circle.size(); place++) {
            places.put(circle.get(place), place);
        }
        distances = distances(circle.size(), observers);
    }

    private static List<Integer> distances(int size, int observers) {
        Set<Integer> drawn = new LinkedHashSet<>();
        if (size - 1 <= observers) {
            for (int distance = 1; distance < size; distance++) {
                drawn.add(distance);
            }
        }
        for (long draw = 0; drawn.size() < Math.min(observers, size - 1); draw++) {
            drawn.add(1 + (int) Long.remainderUnsigned(mix(size * 0x9E3779B97F4A7C15L + draw), size - 1));
        }
        return List.copyOf(drawn);
    }

    private static long hash(Address member) {
        return mix(member.high() ^ mix(member.low()));
    }

    private static long mix(long value) {
        long mixed = (value ^ value >>> 33) * 0xFF51AFD7ED558CCDL;
        mixed = (mixed ^ mixed >>> 33) * 0xC4CEB9FE1A85EC53L;
        return mixed ^ mixed >>> 33;
    }

    /** How many observe each member: as many as asked for, all others if those are fewer. */
    int observers() {
        return distances.size();
    }

    /** Those whom a member observes. */
    List<Address> observedBy(Address observer) {
        return at(observer, 1);
    }

    /** Those who observe a member. */
    List<Address> observersOf(Address member) {
        return at(member, -1);
    }

    private List<Address> at(Address member, int direction) {
        Integer place = places.get(member);
        if (place == null) {
            return List.of();
        }
        List<Address> found = new ArrayList<>(distances.size());
        for (int distance : distances) {
            found.add(circle.get(Math.floorMod(place + direction * distance, circle.size())));
        }
        return found;
    }
}
