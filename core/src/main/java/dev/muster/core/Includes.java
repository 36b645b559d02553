package dev.muster.core;

import dev.muster.api.ConfigurationException;
import dev.muster.api.LayerDefinition;
import dev.muster.api.LayerDefinition.Assignment;
import dev.muster.api.StackDefinition;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Puts the protocols of another file where a stack says {@code <include file="…"/>}; the name is relative to its own file. */
final class Includes {

    private static final String INCLUDE = "include";
    private static final String FILE = "file";
    private static final int DEEPEST = 10;

    private final Function<Path, StackDefinition> reader;

    Includes(Function<Path, StackDefinition> reader) {
        this.reader = reader;
    }

    StackDefinition read(Path file) {
        return read(file, 0);
    }

    private StackDefinition read(Path file, int depth) {
        StackDefinition definition = reader.apply(file);
        List<LayerDefinition> layers = new ArrayList<>();
        List<Assignment> options = new ArrayList<>(definition.options());
        for (LayerDefinition layer : definition.layers()) {
            if (!layer.protocol().equals(INCLUDE)) {
                layers.add(layer);
                continue;
            }
            StackDefinition included = included(layer, file, depth + 1);
            layers.addAll(included.layers());
            // what the outer file says counts
            included.options().stream().filter(inner -> options.stream().noneMatch(outer -> outer.name().equals(inner.name())))
                    .toList().forEach(options::add);
        }
        return new StackDefinition(definition.origin(), layers, options);
    }

    private StackDefinition included(LayerDefinition include, Path from, int depth) {
        if (include.assignments().size() != 1 || !include.assignments().get(0).name().equals(FILE)) {
            throw new ConfigurationException(include.origin() + ": <include> has the attributes "
                    + include.assignments().stream().map(Assignment::name).toList()
                    + ", expected the one attribute file; write <include file=\"other.xml\"/>");
        }
        Assignment file = include.assignments().get(0);
        if (depth > DEEPEST) {
            throw new ConfigurationException(file.origin() + ": <include file=\"" + file.value() + "\"> is the " + depth
                    + "th file within another, at most " + DEEPEST + " are allowed; does a file include itself?");
        }
        try {
            return read(from.resolveSibling(String.valueOf(file.value())), depth);
        } catch (ConfigurationException e) {
            throw depth == DEEPEST || e.getMessage().contains("<include") ? e
                    : new ConfigurationException(file.origin() + ": <include>: " + e.getMessage(), e);
        }
    }
}
