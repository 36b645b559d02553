package dev.muster.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;

/** Three members of one group, later four, and what is demanded of them. */
final class Group implements AutoCloseable {

    /** What each member sends in a round: a few bytes, a packet, several packets, a megabyte. */
    private static final int[] SIZES = {1, 10_000, 200_000, 1_000_000};

    private final List<Node> nodes = new ArrayList<>();
    private int rounds;

    /** Lets one member join. */
    @FunctionalInterface
    interface Joining {
        Node join(String name) throws Exception;
    }

    Group(Joining joining) throws Exception {
        try {
            for (String name : List.of("ann", "ben", "cat")) {
                nodes.add(joining.join(name));
            }
        } catch (Exception | Error e) {
            close();
            throw e;
        }
    }

    /** Wait until all see all, then let each say something of every size, which all must be given, once. */
    void mustWork() throws Exception {
        Patience.await(() -> "one view of all: " + nodes,
                () -> nodes.stream().allMatch(node -> node.members() == nodes.size()));
        int round = ++rounds;
        List<String> said = new ArrayList<>();
        for (int number = 0; number < nodes.size(); number++) {
            for (int size : SIZES) {
                byte[] text = Texts.of("round " + round + " from " + number + " " + size, size);
                said.add(Texts.brief(text));
                nodes.get(number).send(text);
            }
        }
        Patience.await(() -> said + " at all: " + nodes,
                () -> nodes.stream().allMatch(node -> node.received().containsAll(said)));
        assertThat(nodes).allSatisfy(node -> assertThat(node.received()).doesNotHaveDuplicates());
    }

    /** One more joins: it must be told of the others by somebody who knows them. */
    void growBy(Joining joining) throws Exception {
        nodes.add(joining.join("dan"));
    }

    @Override
    public void close() {
        nodes.forEach(Node::close);
    }
}
