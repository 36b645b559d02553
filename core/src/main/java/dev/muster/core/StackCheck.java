package dev.muster.core;

import dev.muster.api.Setting;
import dev.muster.spi.Capability;
import dev.muster.spi.HeaderCodec;
import dev.muster.spi.OtherLayers;
import dev.muster.spi.TransportSettings;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Finds out whether layers that are right by themselves make a stack together. */
final class StackCheck {

    /** What is done once in a stack, or gets done wrong: a second layer would count, number or answer the same again. */
    private static final List<Capability> FOR_ONE = List.of(Capability.DISCOVERY, Capability.RELIABLE_MULTICAST,
            Capability.RELIABLE_UNICAST, Capability.STABILITY, Capability.MEMBERSHIP, Capability.FLOW_CONTROL,
            Capability.UNICAST_FLOW_CONTROL, Capability.FRAGMENTATION, Capability.STATE_TRANSFER);

    private final List<StackPlan.PlannedLayer> layers;
    private final Findings findings;

    /**
     * Prepare a check.
     *
     * @param layers transport first
     * @param findings told what is wrong
     */
    StackCheck(List<StackPlan.PlannedLayer> layers, Findings findings) {
        this.layers = layers;
        this.findings = findings;
    }

    /** Each layer finds what it needs below and above it. */
    void order(String origin) {
        if (layers.isEmpty()) {
            findings.problem(origin + ": the stack is empty; begin with a transport such as TCP");
            return;
        }
        for (int index = 0; index < layers.size(); index++) {
            StackPlan.PlannedLayer layer = layers.get(index);
            boolean transport = layer.provider().provides().contains(Capability.TRANSPORT);
            if (transport != (index == 0)) {
                findings.problem(layer.origin() + ": protocol " + layer.name() + (transport
                        ? " is a transport but stands above " + layers.get(index - 1).name()
                                + "; a stack has exactly one transport, at the bottom (first)"
                        : " stands at the bottom but is no transport; put one such as TCP first"));
            }
            if (layer.provider().provides().contains(Capability.ENCRYPTION)) {
                encryption(layer, index);
            }
            require(layer, layers.subList(0, index), layer.provider().requiresBelow(), "below it", "before");
            require(layer, layers.subList(index + 1, layers.size()), layer.provider().requiresAbove(), "above it", "after");
        }
    }

    private void encryption(StackPlan.PlannedLayer layer, int index) {
        if (index > 1) {
            findings.problem(layer.origin() + ": protocol " + layer.name() + " stands above " + layers.get(index - 1).name()
                    + "; it encrypts whole packets, so put it right above the transport " + layers.get(0).name());
        }
        for (StackPlan.PlannedLayer other : layers) {
            if (other.provider().provides(other.settings()).contains(Capability.FOREIGN_WIRE)) {
                findings.problem(other.origin() + ": protocol " + other.name() + foreign(other) + " speaks another program's wire,"
                        + " which " + layer.name() + " can't seal; take another in its place, or leave " + layer.name()
                        + " out and say insecure=\"true\" on the root element");
            }
        }
    }

    private static String foreign(StackPlan.PlannedLayer layer) {
        return layer.provider().provides().contains(Capability.FOREIGN_WIRE) ? "" : ", set as it is,";
    }

    private void require(StackPlan.PlannedLayer layer, List<StackPlan.PlannedLayer> where, Set<Capability> required,
            String place, String inXml) {
        for (Capability capability : required) {
            if (where.stream().noneMatch(other -> other.provider().provides().contains(capability))) {
                findings.problem(layer.origin() + ": protocol " + layer.name() + " needs " + capability + " " + place
                        + "; insert a protocol that provides it " + inXml + " " + layer.name());
            }
        }
    }

    /** No protocol is there twice. */
    void duplicates() {
        Set<Object> seen = new HashSet<>();
        for (StackPlan.PlannedLayer layer : layers) {
            if (!seen.add(layer.provider())) {
                findings.problem(layer.origin() + ": protocol " + layer.name() + " is in the stack twice; remove one");
            }
        }
    }

    /** No two protocols do what only one can. */
    void rivals() {
        for (Capability capability : FOR_ONE) {
            List<StackPlan.PlannedLayer> rivals = layers.stream()
                    .filter(layer -> layer.provider().provides().contains(capability)).toList();
            rivals.stream().skip(1).filter(later -> later.provider() != rivals.get(0).provider())
                    .forEach(later -> rival(capability, rivals.get(0), later));
        }
    }

    private void rival(Capability capability, StackPlan.PlannedLayer first, StackPlan.PlannedLayer later) {
        findings.problem(later.origin() + ": protocol " + later.name() + " provides " + capability + ", and so does "
                + first.name() + " (" + first.origin() + "), but a stack has room for one only; remove " + later.name()
                + " or " + first.name());
    }

    /** Each header belongs to one protocol, or to protocols that share its codec. */
    void headers() {
        Map<Integer, Owned> owners = new HashMap<>();
        for (StackPlan.PlannedLayer layer : layers) {
            for (HeaderCodec<?> codec : layer.provider().headers()) {
                Owned owner = owners.putIfAbsent(codec.id(), new Owned(layer, codec));
                if (owner != null && owner.layer.provider() != layer.provider() && !owner.codec.isSameAs(codec)) {
                    findings.problem(layer.origin() + ": protocols " + owner.layer.name() + " ("
                            + Assembler.place(owner.layer.provider()) + ") and " + layer.name() + " ("
                            + Assembler.place(layer.provider()) + ") both use header id " + codec.id()
                            + "; one of them must change");
                }
            }
        }
    }

    /** A codec and who brought it. */
    private record Owned(StackPlan.PlannedLayer layer, HeaderCodec<?> codec) {}

    /** No setting contradicts that of another layer. To be asked when nothing else is wrong. */
    void settings() {
        StackPlan.PlannedLayer transport = layers.get(0);
        Diagnostics.problem(transport.settings()).ifPresent(problem -> findings.problem(
                transport.origin(TransportSettings.DIAGNOSTICS_BIND_ADDR) + ": protocol " + transport.name() + ": " + problem));
        for (int index = 0; index < layers.size(); index++) {
            List<StackPlan.PlannedLayer> below = new ArrayList<>(layers.subList(0, index));
            Collections.reverse(below);
            StackPlan.PlannedLayer layer = layers.get(index);
            layer.provider().validate(layer.settings(), new Others(below, layers.subList(index + 1, layers.size())),
                    problem -> findings.problem(layer.origin() + ": protocol " + layer.name() + ": " + problem));
        }
    }

    /** What the settings name on this machine is there, and as it should be. To be asked when nothing else is wrong. */
    void machine() {
        for (StackPlan.PlannedLayer layer : layers) {
            String whose = layer.origin() + ": protocol " + layer.name() + ": ";
            layer.provider().inspect(layer.settings(), problem -> findings.problem(whose + problem),
                    warning -> findings.warn(whose + warning));
        }
    }

    /**
     * What one layer may know of the others.
     *
     * @param nextBelow nearest first
     * @param nextAbove nearest first
     */
    private record Others(List<StackPlan.PlannedLayer> nextBelow, List<StackPlan.PlannedLayer> nextAbove)
            implements OtherLayers {

        @Override
        public <T> Optional<Value<T>> below(Setting<T> setting) {
            return first(nextBelow, setting);
        }

        @Override
        public <T> Optional<Value<T>> above(Setting<T> setting) {
            return first(nextAbove, setting);
        }

        private static <T> Optional<Value<T>> first(List<StackPlan.PlannedLayer> layers, Setting<T> setting) {
            return layers.stream().filter(layer -> layer.provider().settings().contains(setting)).findFirst()
                    .flatMap(layer -> layer.settings().find(setting).map(value ->
                            new Value<>(layer.provider().type(), setting, value, layer.origin(setting))));
        }
    }
}
