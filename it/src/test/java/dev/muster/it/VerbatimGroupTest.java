package dev.muster.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.api.Channel;
import dev.muster.api.LayerDefinition;
import dev.muster.api.Receiver;
import dev.muster.api.Settings;
import dev.muster.api.StackBuilder;
import dev.muster.api.StackDefinition;
import dev.muster.core.Assembler;
import dev.muster.router.Router;
import dev.muster.router.RouterSettings;
import java.io.IOException;
import java.net.DatagramSocket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Groups run on the document's {@link Snippets}. The ports and hosts of the document are somebody else's, so they are replaced;
 * all else runs as it is written.
 */
@Timeout(180)
class VerbatimGroupTest {

    private static final int MEMBERS = 3;
    private static final Assembler ASSEMBLER = Assembler.installed();

    private final List<Channel> channels = new ArrayList<>();
    private final Map<String, List<String>> received = new LinkedHashMap<>();
    private Router router;
    private int routerPort;
    private int firstPort;

    static Stream<List<String>> stacks() {
        return Stream.concat(Snippets.bottoms().map(bottom -> Snippets.whole(bottom, Snippets.FD)),
                Stream.of(List.of(Snippets.UDP, Snippets.PING), List.of(Snippets.TCP, Snippets.TCPPING),
                        List.of(Snippets.TUNNEL, Snippets.PING)).map(bottom -> Snippets.whole(bottom, Snippets.FD_SOCK)));
    }

    /** Those that can take the place of a layer of the default stack, whatever is below. */
    static Stream<String> snippets() {
        return Stream.concat(Stream.of(Snippets.MERGE2, Snippets.FD, Snippets.FD_SOCK), Snippets.ABOVE.stream());
    }

    @BeforeEach
    void startARouter() {
        router = new Router(new Settings().set(RouterSettings.PORT, 0));
        routerPort = router.start().getPort();
        firstPort = FreePorts.inARow(MEMBERS);
    }

    @AfterEach
    void end() {
        channels.forEach(Channel::close);
        router.close();
    }

    /** The members stand for three processes, so each has a transport of its own. */
    private String replaced(String snippet, int member) {
        return snippet.replaceAll("singleton_name=\"\\w+", "$0-" + member)
                .replace("\"7800\"", "\"" + (firstPort + member) + "\"")
                .replace("hosta[2300],hostb[3400],hostc[4500]", "127.0.0.1[" + firstPort + "]")
                .replace("router_port=\"12001\" router_host=\"192.168.5.1\"",
                        "router_port=\"" + routerPort + "\" router_host=\"127.0.0.1\"")
                .replace("gossip_port=\"1234\"", "gossip_port=\"" + routerPort + "\"")
                .replace("192.168.5.1[12000],192.168.0.2[12000]", "127.0.0.1[" + routerPort + "]");
    }

    /** MPING's snippet listens on every interface, which only a trusted network may be given to. */
    private static String root(List<String> layers) {
        return layers.contains(Snippets.MPING) ? "config insecure=\"true\"" : "config";
    }

    private static int freeDatagramPort() throws IOException {
        try (DatagramSocket probe = new DatagramSocket()) {
            return probe.getLocalPort();
        }
    }

    private Channel join(StackDefinition stack, String name) {
        List<String> texts = new CopyOnWriteArrayList<>();
        received.put(name, texts);
        Receiver receiver = message -> texts.add(new String(message.payload(), StandardCharsets.UTF_8));
        Channel channel = ASSEMBLER.channel(stack, name).receiver(receiver);
        channels.add(channel);
        return channel.connect("verbatim");
    }

    @ParameterizedTest
    @MethodSource("stacks")
    void aGroupOfThreeFormsAndExchangesMessages(List<String> layers) throws IOException {
        Map<String, String> properties = Map.of("jgroups.udp.mcast_port", String.valueOf(freeDatagramPort()));
        for (int index = 0; index < MEMBERS; index++) {
            int member = index;
            join(Snippets.stack(root(layers), layers.stream().map(layer -> replaced(layer, member)).toList(), properties),
                    "member-" + member);
        }
        Patience.await("one view of all", () -> channels.stream()
                .allMatch(channel -> channel.view().members().size() == MEMBERS));
        channels.forEach(channel -> channel.send("hello".getBytes(StandardCharsets.UTF_8)));
        Patience.await(() -> "a message of each at each: " + received,
                () -> received.values().stream().allMatch(texts -> texts.size() == MEMBERS));
    }

    @ParameterizedTest
    @MethodSource("snippets")
    void eachSnippetRunsInAStackThatIsOtherwiseTheDefaultOne(String snippet) {
        LayerDefinition own = Snippets.stack("config", List.of(snippet), Map.of()).layers().get(0);
        String type = ASSEMBLER.provider(own.protocol()).orElseThrow().type().name();
        StackDefinition shipped = StackBuilder.named("default", Map.of("muster.start_port", String.valueOf(firstPort),
                "muster.initial_hosts", "127.0.0.1[" + firstPort + "]")).definition();
        List<LayerDefinition> layers = new ArrayList<>();
        for (LayerDefinition layer : shipped.layers()) {
            boolean replaced = ASSEMBLER.provider(layer.protocol()).orElseThrow().type().name().equals(type)
                    || type.equals("FD") && layer.protocol().equals("FD_ALL");
            layers.add(replaced ? own : layer);
        }
        assertThat(layers).contains(own);

        join(new StackDefinition(shipped.origin(), layers, shipped.options()), "alone")
                .send("hello".getBytes(StandardCharsets.UTF_8));
        Patience.await("its own message", () -> received.get("alone").equals(List.of("hello")));
    }
}
