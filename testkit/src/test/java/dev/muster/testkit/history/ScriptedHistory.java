package dev.muster.testkit.history;

import dev.muster.api.Address;
import dev.muster.api.View;
import dev.muster.api.ViewId;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;

/** A history of two members to begin with, written by hand, a second for each entry. */
abstract class ScriptedHistory {

    static final Address A = Address.of(0, 1, "a");
    static final Address B = Address.of(0, 2, "b");

    final History history = new History("seed 4711");
    LifeHistory a;
    LifeHistory b;
    private int seconds;

    @BeforeEach
    void twoMembers() {
        a = life("a", A);
        b = life("b", B);
    }

    LifeHistory life(String name, Address address) {
        LifeHistory life = history.begin(name);
        life.address(address);
        return life;
    }

    Duration now() {
        return Duration.ofSeconds(++seconds);
    }

    static View view(long counter, Address... members) {
        return new View(new ViewId(counter, members[0]), List.of(members));
    }

    void install(View view, LifeHistory... lives) {
        for (LifeHistory life : lives) {
            life.installed(now(), view);
        }
    }

    long toGroup(LifeHistory sender) {
        return MessageId.of(sender.id(), sender.sending(now(), null));
    }

    void deliver(long message, LifeHistory... lives) {
        for (LifeHistory life : lives) {
            life.delivered(now(), message, true);
        }
    }
}
