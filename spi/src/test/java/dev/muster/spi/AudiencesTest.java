package dev.muster.spi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.api.Address;
import dev.muster.api.View;
import dev.muster.api.ViewId;
import java.util.List;
import org.junit.jupiter.api.Test;

class AudiencesTest {

    private static final Address ANNA = Address.of(1, 1, "anna");
    private static final Address BERT = Address.of(2, 2, "bert");
    private static final Address CARL = Address.of(3, 3, "carl");
    private static final Address DORA = Address.of(4, 4, "dora");
    private static final Tenant ORDERS = new Tenant("orders", ANNA);
    private static final Tenant PRICES = new Tenant("prices", BERT);

    private final Audiences audiences = new Audiences();

    private static Event.ViewInstalled view(Address... members) {
        return new Event.ViewInstalled(new View(new ViewId(1, members[0]), List.of(members)), List.of());
    }

    @Test
    void everyClusterHasItsOwn() {
        audiences.add(ORDERS);
        audiences.add(PRICES);
        audiences.install(ORDERS, view(ANNA, CARL, DORA));
        audiences.install(PRICES, view(DORA, BERT));

        for (int turn = 0; turn < 2; turn++) {
            assertThat(audiences.others(ORDERS.id())).containsExactly(CARL, DORA);
            assertThat(audiences.others(PRICES.id())).containsExactly(DORA);
            assertThat(audiences.others(PacketCodec.clusterId("stock"))).isEmpty();
        }
        assertThat(audiences.size()).isEqualTo(5);
        assertThat(audiences.contains(CARL)).isTrue();
        assertThat(audiences.isTenant(BERT)).isTrue();
        assertThat(audiences.isTenant(CARL)).isFalse();
        assertThat(audiences.tenant(PRICES.id())).isEqualTo(PRICES);
        assertThat(audiences.alone()).isNull();
    }

    @Test
    void oneThatIsReleasedIsForgottenAndTheOtherStays() {
        audiences.add(ORDERS);
        audiences.add(PRICES);
        audiences.install(ORDERS, view(ANNA, CARL));
        audiences.install(PRICES, view(BERT, DORA));
        assertThat(audiences.others(ORDERS.id())).isNotEmpty();

        audiences.remove(ORDERS);

        assertThat(audiences.serves(ORDERS.id())).isFalse();
        assertThat(audiences.others(ORDERS.id())).isEmpty();
        assertThat(audiences.contains(CARL)).isFalse();
        assertThat(audiences.serves(PRICES.id())).isTrue();
        assertThat(audiences.others(PRICES.id())).containsExactly(DORA);
    }

    @Test
    void aClusterWithoutAViewIsNotYetKnownToBeEmpty() {
        audiences.add(ORDERS);
        assertThat(audiences.isEmpty(ORDERS.id())).isFalse();
        audiences.install(ORDERS, view(ANNA, BERT));
        assertThat(audiences.isEmpty(ORDERS.id())).isFalse();
        audiences.install(ORDERS, view(ANNA));
        assertThat(audiences.isEmpty(ORDERS.id())).isTrue();
    }
}
