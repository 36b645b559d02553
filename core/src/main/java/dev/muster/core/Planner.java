package dev.muster.core;

import dev.muster.api.Compatibility;
import dev.muster.api.LayerDefinition;
import dev.muster.api.Setting;
import dev.muster.api.Settings;
import dev.muster.api.StackDefinition;
import dev.muster.api.StackOptions;
import dev.muster.spi.Capability;
import dev.muster.spi.ProtocolProvider;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Makes a plan of one definition, or says why there can be none. For one use; not for concurrent use. */
final class Planner {

    private final Assembler assembler;
    private final StackDefinition definition;
    private final Findings findings = new Findings();
    private final List<StackPlan.PlannedLayer> layers = new ArrayList<>();
    private boolean complete = true;
    private boolean inspecting;

    Planner(Assembler assembler, StackDefinition definition) {
        this.assembler = assembler;
        this.definition = definition;
    }

    /** Find out as well whether the stack would start on this machine. */
    Planner inspecting() {
        inspecting = true;
        return this;
    }

    StackPlan plan() {
        Settings options = options();
        if (options.get(StackOptions.COMPATIBILITY) == Compatibility.LENIENT) {
            findings.becomeLenient();
        }
        definition.layers().forEach(this::add);
        if (complete) {
            definition.layers().forEach(this::addParts);
            StackCheck check = new StackCheck(layers, findings);
            check.order(definition.origin());
            check.duplicates();
            check.rivals();
            check.headers();
            if (findings.problems() == 0) {
                check.settings();
            }
            if (findings.problems() == 0 && inspecting) {
                check.machine();
            }
        }
        findings.refuseProblems();
        new Exposure(new StackPlan(layers, options, List.of())).warnings().forEach(findings::warn);
        return new StackPlan(layers, options, findings.remarks());
    }

    /** What the definition says, and where it says nothing, what the system property of the same name does. */
    private Settings options() {
        Settings options = Assigned.of("", "option", StackOptions.ALL, definition.options(), findings).settings();
        for (Setting<?> option : StackOptions.ALL) {
            String property = "muster." + option.name();
            String value = System.getProperty(property);
            if (value != null && !options.isSet(option)) {
                try {
                    options.assign(option, value);
                } catch (IllegalArgumentException e) {
                    findings.problem("system property " + property + ": " + e.getMessage());
                }
            }
        }
        return options;
    }

    private void add(LayerDefinition layer) {
        Optional<ProtocolProvider> provider = assembler.provider(layer.protocol());
        Optional<String> needless = Elsewhere.protocol(Assembler.plain(layer.protocol()));
        if (provider.isPresent()) {
            layers.add(planned(provider.get(), layer));
        } else if (needless.isPresent()) {
            findings.explain(layer.origin() + ": protocol " + layer.protocol() + " is not needed and left out: "
                    + needless.get());
        } else {
            int before = findings.problems();
            findings.unknown(layer.origin() + ": protocol " + layer.protocol() + " is unknown",
                    assembler.nearest(layer.protocol()), "known are " + assembler.providers().stream()
                            .map(known -> known.type().name()).toList()
                            + "; a plug-in must be on the module path or class path");
            complete &= findings.problems() == before;
        }
    }

    private StackPlan.PlannedLayer planned(ProtocolProvider provider, LayerDefinition layer) {
        String whose = "protocol " + layer.protocol() + ": ";
        int before = findings.problems();
        Assigned assigned = Assigned.of(whose, "setting", provider.settings(), known(provider, layer, whose), findings);
        if (findings.problems() == before) {
            provider.validate(assigned.settings(), problem -> findings.problem(layer.origin() + ": " + whose + problem));
        }
        return new StackPlan.PlannedLayer(provider, assigned, layer.origin());
    }

    /** The settings without those that transports have elsewhere and need not here. */
    private List<LayerDefinition.Assignment> known(ProtocolProvider provider, LayerDefinition layer, String whose) {
        if (!provider.provides().contains(Capability.TRANSPORT)) {
            return layer.assignments();
        }
        List<LayerDefinition.Assignment> known = new ArrayList<>();
        for (LayerDefinition.Assignment assignment : layer.assignments()) {
            Optional<String> needless = Assigned.find(provider.settings(), assignment.name()).isPresent() ? Optional.empty()
                    : Elsewhere.transportSetting(assignment.name());
            needless.ifPresentOrElse(why -> findings.explain(assignment.origin() + ": " + whose + "setting "
                    + assignment.name() + " is accepted but has no effect: " + why), () -> known.add(assignment));
        }
        return known;
    }

    /** What a protocol of this name does elsewhere, and ours of the same job leaves to others. */
    private void addParts(LayerDefinition named) {
        for (String part : Elsewhere.parts(Assembler.plain(named.protocol()))) {
            assembler.provider(part).filter(provider -> !provided(layers).containsAll(provider.provides()))
                    .ifPresent(provider -> insert(provider, named));
        }
    }

    /** As far down as it can be: right above the last of all that it needs below it. */
    private void insert(ProtocolProvider part, LayerDefinition named) {
        int place = 1;
        while (place < layers.size() && !provided(layers.subList(0, place)).containsAll(part.requiresBelow())) {
            place++;
        }
        findings.explain(named.origin() + ": protocol " + named.protocol() + " does elsewhere what takes " + part.type()
                + " here, which the stack does not name; it is added above " + layers.get(place - 1).name()
                + ", with defaults");
        layers.add(place, planned(part, new LayerDefinition(part.type().name(), List.of(), named.origin())));
    }

    private static Set<Capability> provided(List<StackPlan.PlannedLayer> layers) {
        Set<Capability> provided = new HashSet<>();
        layers.forEach(layer -> provided.addAll(layer.provider().provides()));
        return provided;
    }
}
