package dev.muster.protocols.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.api.Address;
import dev.muster.api.MergeView;
import dev.muster.api.ViewId;
import dev.muster.spi.Event;
import dev.muster.spi.MalformedException;
import dev.muster.spi.WireReader;
import dev.muster.spi.WireWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What goes over the wire comes back, looks as documented, and damage does no harm. */
class WordCodecTest {

    private static final Ballot BALLOT = new Ballot(300, address(1));
    private static final ViewId VIEW = new ViewId(7, address(2));

    private static Address address(int number) {
        return Address.of(0, number, "m" + number);
    }

    private static Peer peer(int number) {
        try {
            return new Peer(address(number), new InetSocketAddress(
                    InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) number}), 7800));
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Roster roster(long counter, int... numbers) {
        List<Peer> peers = new ArrayList<>();
        for (int number : numbers) {
            peers.add(peer(number));
        }
        return new Roster(new ViewId(counter, address(numbers[0])), peers, List.of(), List.of());
    }

    private static Roster merged() {
        List<Peer> peers = List.of(peer(1), peer(3), peer(2), peer(9));
        return new Roster(new ViewId(9, address(1)), peers,
                List.of(new MergeView.Subgroup(VIEW, List.of(address(1), address(3))),
                        new MergeView.Subgroup(new ViewId(6, address(9)), List.of(address(2), address(9)))),
                List.of(new Event.StateTransfer(address(9), address(1))));
    }

    static List<Word> samples() {
        TreeSet<Long> beyond = new TreeSet<>(List.of(9L, 11L));
        return List.of(new Word.Join(peer(3), 5, 1, List.of("TCP:1", "GMS:30")), new Word.JoinRefused("no"),
                new Word.Leave(new Peer(address(3), null), 0), new Word.Left(),
                new Word.Suspect(VIEW, List.of(address(1), address(2)), true), new Word.Vouch(address(2)), new Word.Prepare(BALLOT, peer(1), VIEW),
                new Word.Prepare(BALLOT, peer(1), null),
                new Word.Prepared(BALLOT, VIEW, new Ballot(4, address(2)), true, false,
                        List.of(new Progress(0, 7, beyond), new Progress(2, 1, new TreeSet<>())),
                        RosterDelta.whole(merged())),
                new Word.Prepared(BALLOT, null, null, false, true, List.of(), null),
                new Word.Prepared(BALLOT, null, null, true, "anna", true, List.of(), null),
                new Word.Refused(BALLOT, new Ballot(301, address(2)), true), new Word.Declined(BALLOT),
                new Word.Fill(BALLOT, List.of(new FlushTargets.Goal(1, 8, beyond, 0))), new Word.Filled(BALLOT),
                new Word.Install(BALLOT, RosterDelta.between(roster(8, 1, 2, 3), merged())), new Word.Installed(BALLOT),
                new Word.Release(BALLOT), new Word.Removed(VIEW, List.of(address(1))), new Word.StateWanted(),
                new Word.Help(peer(3), 9, 2), new Word.MergeHint(List.of(peer(1), peer(2))),
                new Word.ViewRequest(peer(1)), new Word.ViewReply(12, RosterDelta.whole(merged())),
                new Word.ViewReply(0, null));
    }

    private static byte[] bytes(Word word) {
        WireWriter out = new WireWriter(64);
        WordCodec.encode(word, out);
        return out.toByteArray();
    }

    private static Word decoded(int kind, byte[] bytes) {
        return WordCodec.decode(kind, new WireReader(bytes, 0, bytes.length));
    }

    @Test
    void everyWordComesBackAsItWas() {
        for (Word word : samples()) {
            assertThat(decoded(word.kind(), bytes(word))).isEqualTo(word);
        }
        assertThat(samples().stream().map(Word::kind).distinct()).hasSize(21);
    }

    @Test
    void theBytesAreThoseDocumented() {
        String one = "0000000000000000" + "0000000000000001";
        String two = "0000000000000000" + "0000000000000002";
        HexFormat hex = HexFormat.of();
        assertThat(hex.formatHex(bytes(new Word.Prepare(BALLOT, peer(1), VIEW))))
                .isEqualTo("ac02" + one + one + "026d31" + "01" + "047f0000011e78" + "01" + "07" + two);
        assertThat(hex.formatHex(bytes(new Word.Filled(BALLOT)))).isEqualTo("ac02" + one);
        assertThat(hex.formatHex(bytes(new Word.Fill(BALLOT,
                List.of(new FlushTargets.Goal(1, 8, new TreeSet<>(List.of(9L, 11L)), 0))))))
                .isEqualTo("ac02" + one + "01" + "01" + "08" + "020902" + "00");
        Roster base = roster(7, 2, 1, 3, 4);
        assertThat(hex.formatHex(bytes(new Word.Install(BALLOT, RosterDelta.between(base,
                new Roster(BALLOT.viewId(), List.of(peer(1), peer(3), peer(2)), List.of(), List.of()))))))
                .isEqualTo("ac02" + one + "ac02" + one + "026d31" + "01" + "07" + two + "02" + "000102" + "000001" + "00" + "00");
    }

    @Test
    void aViewToldAgainstAnotherIsTheViewWithNamesAndAddresses() {
        Roster base = roster(8, 1, 2, 3);
        Roster told = RosterDelta.between(base, merged()).applyTo(base);

        assertThat(told.peers()).isEqualTo(merged().peers());
        assertThat(told.subgroups()).isEqualTo(merged().subgroups());
        assertThat(told.transfers()).isEqualTo(merged().transfers());
        assertThat(told.view().coordinator().name()).isEqualTo("m1");
        assertThat(told.id().creator().name()).isEqualTo("m1");
        assertThatThrownBy(() -> RosterDelta.between(base, merged()).applyTo(roster(5, 1, 2)))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("is told against");
    }

    @Test
    void aLargeViewThatLostOneMemberTakesFewBytes() {
        int[] numbers = new int[2000];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = i + 1;
        }
        Roster base = roster(8, numbers);
        List<Peer> rest = new ArrayList<>(base.peers());
        rest.remove(1000);
        Roster next = new Roster(new ViewId(9, address(1)), rest, List.of(), List.of());

        assertThat(bytes(new Word.Install(Ballot.of(next.id()), RosterDelta.between(base, next)))).hasSizeLessThan(80);
        assertThat(RosterDelta.between(base, next).applyTo(base).view().members()).isEqualTo(next.view().members());
    }

    @Test
    void damageIsRefusedWhateverItIs() {
        SplittableRandom random = new SplittableRandom(1);
        List<Word> samples = samples();
        Roster base = roster(8, 1, 2, 3);
        int accepted = 0;
        for (int input = 0; input < 100_000; input++) {
            Word word = samples.get(random.nextInt(samples.size()));
            byte[] damaged = bytes(word);
            for (int flip = random.nextInt(4); flip >= 0 && damaged.length > 0; flip--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            }
            int kind = random.nextInt(10) == 0 ? random.nextInt(256) : word.kind();
            int length = random.nextInt(5) == 0 ? random.nextInt(damaged.length + 1) : damaged.length;
            try {
                Word read = WordCodec.decode(kind, new WireReader(damaged, 0, length));
                accepted++;
                if (read instanceof Word.Install install) {
                    install.roster().applyTo(base);
                }
            } catch (MalformedException | IllegalArgumentException e) {
                assertThat(e.getMessage()).isNotBlank();
            }
        }
        assertThat(accepted).as("inputs that still make sense").isBetween(1_000, 95_000);
    }

    @Test
    void fewBytesDontUnfoldIntoAHugeView() {
        List<RosterDelta.Part> parts = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            parts.add(new RosterDelta.Kept(0, 3));
        }
        Roster base = roster(8, 1, 2, 3);
        RosterDelta bomb = new RosterDelta(BALLOT.viewId(), base.id(), parts, List.of(), List.of());

        assertThatThrownBy(() -> bomb.applyTo(base)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void subgroupsThatNameAMemberTwiceAreRefused() {
        Roster base = roster(8, 1, 2, 3);
        List<RosterDelta.Kept> all = List.of(new RosterDelta.Kept(0, 3));
        RosterDelta.Group once = new RosterDelta.Group(VIEW, all);

        RosterDelta bomb = new RosterDelta(BALLOT.viewId(), base.id(), List.of(all.get(0)), List.of(once, once), List.of());

        assertThatThrownBy(() -> bomb.applyTo(base)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("subgroups of view");
    }
}
