package dev.muster.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CommonsTest {

    private final Commons commons = new Commons();

    @Test
    void equalValuesBecomeOne() {
        List<String> first = new ArrayList<>(List.of("a", "b"));
        List<String> second = new ArrayList<>(List.of("a", "b"));

        assertThat(commons.shared(first)).isSameAs(first);
        assertThat(commons.shared(second)).isSameAs(first);
        assertThat(commons.shared(first)).isSameAs(first);
    }

    @Test
    void othersStayWhatTheyAre() {
        List<String> first = new ArrayList<>(List.of("a", "b"));
        List<String> other = new ArrayList<>(List.of("a", "c"));
        List<String> ofAnotherClass = new LinkedList<>(List.of("a", "b"));

        commons.shared(first);

        assertThat(commons.shared(other)).isSameAs(other);
        assertThat(commons.shared(ofAnotherClass)).as("equal, but of another class").isSameAs(ofAnotherClass);
    }
}
