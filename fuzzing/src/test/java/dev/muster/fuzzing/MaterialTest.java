package dev.muster.fuzzing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What is damaged and forged is what members say, the rare words included. */
class MaterialTest {

    @Test
    void packetsThatWereLostTogetherAreSentAgainTogether() {
        assertThat(Material.packets()).map(Object::toString).anyMatch(packet -> packet.contains("NakackHeader[kind=5,"));
    }

    @Test
    void wordsAboutStabilityRideOnDataAndGoAlone() {
        assertThat(Material.packets()).map(Object::toString)
                .anyMatch(packet -> packet.contains("StableHeader[kind=1") && packet.contains("NakackHeader[kind=1"))
                .anyMatch(packet -> packet.contains("StableHeader[kind=1") && !packet.contains("NakackHeader[kind=1"));
    }
}
