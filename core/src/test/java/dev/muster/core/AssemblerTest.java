package dev.muster.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.api.ConfigurationException;
import dev.muster.api.Setting;
import dev.muster.api.Settings;
import dev.muster.api.StackBuilder;
import dev.muster.api.StackDefinition;
import dev.muster.api.StackOptions;
import dev.muster.spi.Capability;
import dev.muster.spi.Header;
import dev.muster.spi.OtherLayers;
import dev.muster.spi.ProtocolProvider;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 1, unit = TimeUnit.MINUTES)
class AssemblerTest {

    private static final Setting<Integer> LEAST = Setting.integer("least", 1).atLeast(0).says("the least");
    private static final Setting<Integer> MOST = Setting.integer("most", 9).alias("max").says("the most");

    private final ProtocolProvider wire = new TestStacks.Provider("WIRE").alias("CABLE").provides(Capability.TRANSPORT)
            .headers(WireCodecTest.NUMBERED);
    private final ProtocolProvider radio = new TestStacks.Provider("RADIO").provides(Capability.TRANSPORT);
    private final ProtocolProvider members = new TestStacks.Provider("MEMBERS").provides(Capability.MEMBERSHIP)
            .below(Capability.RELIABLE_MULTICAST);
    private final ProtocolProvider reliable = new TestStacks.Provider("RELIABLE").provides(Capability.RELIABLE_MULTICAST)
            .above(Capability.MEMBERSHIP);
    private final ProtocolProvider bounded = new TestStacks.Provider("BOUNDED") {
        @Override
        public void validate(Settings settings, Problems problems) {
            if (settings.get(LEAST) > settings.get(MOST)) {
                problems.report("least=" + settings.get(LEAST) + " must not exceed most=" + settings.get(MOST)
                        + "; lower least");
            }
        }
    }.settings(LEAST, MOST);
    private final ProtocolProvider careful = new TestStacks.Provider("CAREFUL") {
        @Override
        public void validate(Settings settings, OtherLayers others, Problems problems) {
            others.below(LEAST).filter(least -> least.value() > 3)
                    .ifPresent(least -> problems.report("can't bear " + least + "; lower least"));
            others.above(MOST).ifPresent(most -> problems.report("sees " + most));
        }
    };
    private final ProtocolProvider clashing = new TestStacks.Provider("CLASHING").headers(
            WireCodecTest.codec(300, Clash.class, (header, out) -> { }, in -> new Clash()));
    private final ProtocolProvider sharing = new TestStacks.Provider("SHARING").headers(WireCodecTest.NUMBERED);
    private final ProtocolProvider both = new TestStacks.Provider("BOTH").provides(Capability.FLOW_CONTROL,
            Capability.UNICAST_FLOW_CONTROL);
    private final ProtocolProvider half = new TestStacks.Provider("HALF").provides(Capability.FLOW_CONTROL);
    private final ProtocolProvider otherHalf =
            new TestStacks.Provider("OTHER-HALF").provides(Capability.UNICAST_FLOW_CONTROL);

    private record Clash() implements Header {}

    private final Assembler assembler =
            new Assembler(List.of(wire, radio, members, reliable, bounded, careful, clashing, sharing, both, half, otherHalf),
                    List.of());

    private static StackDefinition stack(String... names) {
        StackBuilder builder = StackBuilder.create();
        for (String name : names) {
            builder.add(name, Map.of());
        }
        return builder.definition();
    }

    private static StackDefinition withBounded(Map<String, String> settings) {
        return StackBuilder.create().add("WIRE", Map.of()).add("BOUNDED", settings).definition();
    }

    private void assertRefused(StackDefinition definition, String... texts) {
        assertThatThrownBy(() -> assembler.check(definition)).isInstanceOf(ConfigurationException.class)
                .message().as("one line per problem").satisfies(message ->
                        assertThat(message.split("\n")).hasSize(texts.length)).contains(texts);
    }

    @Test
    void aStackWhoseNeedsAreMetIsAccepted() {
        assertThatCode(() -> assembler.check(stack("WIRE", "RELIABLE", "MEMBERS", "BOUNDED"))).doesNotThrowAnyException();
        assertThatCode(() -> assembler.check(stack("cable", "pbcast.reliable", "Members"))).doesNotThrowAnyException();
    }

    @Test
    void anUnknownProtocolIsNamedWithTheNearestAndAllKnownOnes() {
        assertRefused(stack("WIRE", "RELIABEL"), "code: protocol RELIABEL is unknown; did you mean RELIABLE? known are"
                + " [WIRE, RADIO, MEMBERS, RELIABLE, BOUNDED, CAREFUL, CLASHING, SHARING, BOTH, HALF, OTHER-HALF];"
                + " a plug-in must be on the module path or class path");
        assertRefused(stack("WIRE", "SOMETHING_ELSE"), "code: protocol SOMETHING_ELSE is unknown; known are [");
    }

    @Test
    void anUnknownSettingIsNamedWithTheNearestAndAllKnownOnes() {
        assertRefused(withBounded(Map.of("leats", "1")),
                "code: protocol BOUNDED: setting leats is unknown; did you mean least? known are [least, most]");
        assertRefused(StackBuilder.create().add("RADIO", Map.of("volume", "11")).definition(),
                "code: protocol RADIO: setting volume is unknown; this protocol has no settings");
    }

    @Test
    void aValueOfTheWrongTypeOrRangeIsRefused() {
        assertRefused(withBounded(Map.of("least", "many")), "code: protocol BOUNDED: least='many' is not a whole number");
        assertRefused(withBounded(Map.of("least", "-1")), "code: protocol BOUNDED: least=-1 must be at least 0");
    }

    @Test
    void aSettingGivenTwiceEvenByItsOtherNameIsRefused() {
        StackDefinition twice = StackBuilder.create().add("WIRE", Map.of())
                .add("BOUNDED", new java.util.TreeMap<>(Map.of("max", "3", "most", "4"))).definition();

        assertRefused(twice, "code: protocol BOUNDED: most is set twice (most names the same setting); keep one");
    }

    @Test
    void settingsThatContradictEachOtherAreRefused() {
        assertRefused(withBounded(Map.of("least", "10")),
                "code: protocol BOUNDED: least=10 must not exceed most=9; lower least");
    }

    @Test
    void settingsThatContradictThoseOfAnotherLayerAreRefusedNamingBoth() {
        assertRefused(StackBuilder.create().add("WIRE", Map.of()).add("BOUNDED", Map.of("least", "4")).add("CAREFUL", Map.of())
                .definition(), "code: protocol CAREFUL: can't bear least=4 of BOUNDED (code); lower least");
        assertRefused(stack("WIRE", "CAREFUL", "BOUNDED"), "code: protocol CAREFUL: sees most=9 of BOUNDED (code)");
        assertThatCode(() -> assembler.check(stack("WIRE", "BOUNDED", "CAREFUL"))).doesNotThrowAnyException();
    }

    @Test
    void settingsAreComparedAcrossLayersOnlyWhenEachLayerIsRight() {
        assertRefused(StackBuilder.create().add("WIRE", Map.of()).add("BOUNDED", Map.of("least", "10")).add("CAREFUL", Map.of())
                .definition(), "least=10 must not exceed most=9");
    }

    @Test
    void anUnknownOptionOfTheStackIsNamedWithTheNearestAndAllKnownOnes() {
        assertRefused(StackBuilder.of(stack("WIRE")).option("insecrue", "true").definition(),
                "code: option insecrue is unknown; did you mean insecure? known are [insecure, compatibility]");
    }

    @Test
    void anOptionOfTheStackHasOneValueOfItsType() {
        assertRefused(StackBuilder.of(stack("WIRE")).option("insecure", "yes").definition(),
                "code: insecure='yes' is neither true nor false");
        StackDefinition said = StackBuilder.of(stack("WIRE")).option("insecure", "false")
                .option(StackOptions.INSECURE, true).definition();
        assertThat(assembler.plan(said).insecure()).isTrue();
        assertThat(assembler.plan(stack("WIRE")).insecure()).isFalse();
    }

    @Test
    void aSystemPropertySpeaksForStacksThatSayNothingThemselves() {
        StackDefinition secure = StackBuilder.of(stack("WIRE")).option("insecure", "false").definition();
        try {
            System.setProperty("muster.insecure", "true");
            assertThat(assembler.plan(stack("WIRE")).insecure()).isTrue();
            assertThat(assembler.plan(secure).insecure()).isFalse();

            System.setProperty("muster.insecure", "ture");
            assertRefused(stack("WIRE"), "system property muster.insecure: insecure='ture' is neither true nor false");
        } finally {
            System.clearProperty("muster.insecure");
        }
    }

    @Test
    void twoTransportsAreRefused() {
        assertRefused(stack("WIRE", "RADIO"), "code: protocol RADIO is a transport but stands above WIRE;"
                + " a stack has exactly one transport, at the bottom (first)");
    }

    @Test
    void aStackMustBeginWithATransport() {
        assertRefused(stack("BOUNDED"),
                "code: protocol BOUNDED stands at the bottom but is no transport; put one such as TCP first");
        assertRefused(stack("BOUNDED", "WIRE"), "protocol BOUNDED stands at the bottom but is no transport",
                "protocol WIRE is a transport but stands above BOUNDED");
        assertRefused(stack(), "code: the stack is empty; begin with a transport such as TCP");
    }

    @Test
    void whatIsMissingBelowOrAboveIsNamedWithTheRemedy() {
        assertRefused(stack("WIRE", "MEMBERS"), "code: protocol MEMBERS needs reliable-multicast below it;"
                + " insert a protocol that provides it before MEMBERS");
        assertRefused(stack("WIRE", "RELIABLE"), "code: protocol RELIABLE needs membership above it;"
                + " insert a protocol that provides it after RELIABLE");
        assertRefused(stack("WIRE", "MEMBERS", "RELIABLE"), "MEMBERS needs reliable-multicast below it",
                "RELIABLE needs membership above it");
    }

    @Test
    void aProtocolInTheStackTwiceIsRefusedWhetherItHasHeadersOrNot() {
        assertRefused(stack("RADIO", "BOUNDED", "BOUNDED"), "code: protocol BOUNDED is in the stack twice; remove one");
        assertRefused(stack("RADIO", "CLASHING", "CLASHING"), "code: protocol CLASHING is in the stack twice; remove one");
    }

    @Test
    void aHeaderIdUsedByTwoProtocolsIsRefusedNamingBothClasses() {
        assertRefused(stack("WIRE", "CLASHING"), "code: protocols WIRE (" + TestStacks.Provider.class.getName()
                + " in module dev.muster.core) and CLASHING (" + TestStacks.Provider.class.getName()
                + " in module dev.muster.core) both use header id 300; one of them must change");
    }

    @Test
    void protocolsThatShareAHeaderAndItsCodecMakeAStack() {
        assertThatCode(() -> assembler.check(stack("WIRE", "SHARING"))).doesNotThrowAnyException();
        assertRefused(stack("WIRE", "SHARING", "CLASHING"), "both use header id 300");
    }

    @Test
    void protocolsThatBothDoWhatOnlyOneCanAreRefused() {
        assertThatCode(() -> assembler.check(stack("WIRE", "HALF", "OTHER-HALF"))).doesNotThrowAnyException();
        assertRefused(stack("WIRE", "OTHER-HALF", "BOTH"), "code: protocol BOTH provides unicast-flow-control, and so does "
                + "OTHER-HALF (code), but a stack has room for one only; remove BOTH or OTHER-HALF");
    }

    @Test
    void severalProblemsAreReportedTogether() {
        StackDefinition definition = StackBuilder.create().add("WIRE", Map.of()).add("BOUNDED", Map.of("least", "-1"))
                .add("MEMBERS", Map.of("speed", "3")).add("RADIO", Map.of()).definition();

        assertRefused(definition, "least=-1 must be at least 0", "protocol MEMBERS: setting speed is unknown",
                "MEMBERS needs reliable-multicast below it", "RADIO is a transport but stands above MEMBERS");
    }

    @Test
    void twoProvidersOfOneNameOrAliasAreRefusedAtOnce() {
        assertThatThrownBy(() -> new Assembler(List.of(wire, new TestStacks.Provider("Wire")), List.of()))
                .isInstanceOf(ConfigurationException.class).hasMessageContaining("two providers claim the protocol name Wire")
                .hasMessageContaining("remove one of them");
        assertThatThrownBy(() -> new Assembler(List.of(wire, new TestStacks.Provider("OTHER").alias("CABLE")), List.of()))
                .isInstanceOf(ConfigurationException.class).hasMessageContaining("CABLE");
        assertThatCode(() -> new Assembler(List.of(new TestStacks.Provider("Same").alias("SAME")), List.of()))
                .doesNotThrowAnyException();
    }

    @Test
    void theDescriptionIsTheSameHoweverTheStackWasWritten() {
        StackDefinition text = withBounded(Map.of("max", "7"));
        StackDefinition typed = StackBuilder.create().add("cable", Map.of())
                .add(bounded.type(), settings -> settings.set(MOST, 7)).definition();

        assertThat(assembler.describe(text)).isEqualTo("WIRE\nBOUNDED least=1 most=7").isEqualTo(assembler.describe(typed));
    }

    @Test
    void aFileThatNobodyReadsOrANameThatNobodyKnowsIsRefusedWithARemedy() {
        assertThatThrownBy(() -> assembler.read(Path.of("stack.xml"), Map.of())).isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("muster-config-xml");
        assertThatThrownBy(() -> assembler.named("fast", Map.of())).isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("there is no stack named 'fast'").hasMessageContaining("muster-config-xml");
    }
}
