package dev.muster.core;

import dev.muster.api.Channel;
import dev.muster.api.ChannelFactory;
import dev.muster.api.SharedThreads;
import dev.muster.api.StackDefinition;
import java.nio.file.Path;
import java.util.Map;

/** The factory behind {@link dev.muster.api.StackBuilder}: assembles what is installed. */
public final class InstalledChannelFactory implements ChannelFactory {

    private final Assembler assembler = Assembler.installed();

    /** Create the factory; called by the service loader. */
    public InstalledChannelFactory() {}

    @Override
    public Channel channel(StackDefinition definition, String memberName) {
        return assembler.channel(definition, memberName);
    }

    @Override
    public Channel channel(StackDefinition definition, String memberName, SharedThreads threads) {
        return assembler.channel(definition, memberName, threads);
    }

    @Override
    public void check(StackDefinition definition) {
        assembler.check(definition);
    }

    @Override
    public StackDefinition read(Path file, Map<String, String> properties) {
        return assembler.read(file, properties);
    }

    @Override
    public StackDefinition named(String name, Map<String, String> properties) {
        return assembler.named(name, properties);
    }
}
