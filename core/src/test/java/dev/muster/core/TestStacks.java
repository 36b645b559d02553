package dev.muster.core;

import dev.muster.api.Address;
import dev.muster.api.ProtocolType;
import dev.muster.api.Setting;
import dev.muster.api.Settings;
import dev.muster.spi.Capability;
import dev.muster.spi.Environment;
import dev.muster.spi.HeaderCodec;
import dev.muster.spi.Protocol;
import dev.muster.spi.ProtocolProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** Stacks and providers made for tests. */
final class TestStacks {

    private static final String[] NAMES = {"BOTTOM", "MIDDLE", "UPPER", "FOURTH", "FIFTH"};

    private TestStacks() {}

    /** A stack of given protocols, the first of which is the transport. */
    static Stack stack(Environment environment, Address self, String cluster, Stack.Top top, Protocol... protocols) {
        List<StackPlan.PlannedLayer> layers = new ArrayList<>();
        for (int i = 0; i < protocols.length; i++) {
            Protocol protocol = protocols[i];
            layers.add(new StackPlan.PlannedLayer(new Provider(NAMES[i]).creating(settings -> protocol), Assigned.NOTHING,
                    "test"));
        }
        return new Stack(new StackPlan(layers, new Settings(), List.of()), environment, self, cluster, top);
    }

    /** A provider put together by a test; each refinement changes it. */
    static class Provider implements ProtocolProvider {
        private final String name;
        private List<String> aliases = List.of();
        private List<Setting<?>> settings = List.of();
        private Set<Capability> provides = Set.of();
        private Set<Capability> below = Set.of();
        private Set<Capability> above = Set.of();
        private List<HeaderCodec<?>> headers = List.of();
        private Function<Settings, Protocol> creator = values -> {
            throw new UnsupportedOperationException("not made to be created");
        };

        Provider(String name) {
            this.name = name;
        }

        Provider alias(String... more) {
            aliases = List.of(more);
            return this;
        }

        Provider settings(Setting<?>... more) {
            settings = List.of(more);
            return this;
        }

        Provider provides(Capability... capabilities) {
            provides = Set.of(capabilities);
            return this;
        }

        Provider below(Capability... capabilities) {
            below = Set.of(capabilities);
            return this;
        }

        Provider above(Capability... capabilities) {
            above = Set.of(capabilities);
            return this;
        }

        Provider headers(HeaderCodec<?>... codecs) {
            headers = List.of(codecs);
            return this;
        }

        Provider creating(Function<Settings, Protocol> newCreator) {
            creator = newCreator;
            return this;
        }

        @Override
        public ProtocolType type() {
            return ProtocolType.of(name);
        }

        @Override
        public List<String> aliases() {
            return aliases;
        }

        @Override
        public String says() {
            return "a protocol for tests";
        }

        @Override
        public List<Setting<?>> settings() {
            return settings;
        }

        @Override
        public Set<Capability> provides() {
            return provides;
        }

        @Override
        public Set<Capability> requiresBelow() {
            return below;
        }

        @Override
        public Set<Capability> requiresAbove() {
            return above;
        }

        @Override
        public List<HeaderCodec<?>> headers() {
            return headers;
        }

        @Override
        public Protocol create(Settings values) {
            return creator.apply(values);
        }
    }
}
