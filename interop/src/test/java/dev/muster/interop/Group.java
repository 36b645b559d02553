package dev.muster.interop;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Three members of one group, and what is demanded of them. */
final class Group implements AutoCloseable {

    private static final int SIZE = 3;

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

    /** Wait until all see all, then let each say something that all must be given. */
    void mustWork() throws Exception {
        Patience.await(() -> "one view of all: " + nodes,
                () -> nodes.stream().allMatch(node -> node.members() == SIZE));
        int round = ++rounds;
        List<String> said = new ArrayList<>();
        for (int number = 0; number < SIZE; number++) {
            said.add("round " + round + " from " + number);
            nodes.get(number).send(said.get(number));
        }
        Patience.await(() -> said + " at all: " + nodes,
                () -> nodes.stream().allMatch(node -> node.received().containsAll(said)));
        Patience.await(() -> "nothing twice: " + nodes, () -> nodes.stream().allMatch(node ->
                node.received().size() == node.received().stream().distinct().collect(Collectors.toList()).size()));
    }

    @Override
    public void close() {
        nodes.forEach(Node::close);
    }
}
