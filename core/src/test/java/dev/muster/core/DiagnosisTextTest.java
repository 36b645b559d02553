package dev.muster.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.api.Address;
import dev.muster.api.ChannelState;
import dev.muster.api.Diagnosis;
import dev.muster.api.View;
import dev.muster.api.Wait;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What programs and people read: programs rely on every character. */
class DiagnosisTextTest {

    private static final View VIEW = Fakes.view(7, Fakes.ANNA, Fakes.BERT);

    private static Diagnosis stuck() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("max_credits", "2M");
        settings.put("min_threshold", "0.5");
        Diagnosis.Layer credit = new Diagnosis.Layer("FC", settings, Map.of("credit_waits", 3L), List.of(new Wait(
                Wait.Reason.CREDIT, "packets to the group: 12, bytes: 64000", List.of(Fakes.BERT), Duration.ofMillis(1_200))));
        Diagnosis.Layer membership = new Diagnosis.Layer("GMS", Map.of(), Map.of("rounds_restarted", 0L), List.of(new Wait(
                Wait.Reason.VIEW, "\"quoted\"", List.of(), Duration.ofSeconds(9))));
        return new Diagnosis(Fakes.ANNA, "orders", ChannelState.CONNECTED, VIEW, List.of(credit, membership),
                new Diagnosis.Queues(4_096, 2, true, List.of(Fakes.CARL), 5, List.of(new Diagnosis.Lane("bert", 4)), true, 1));
    }

    @Test
    void jsonStaysAsItIs() {
        assertThat(DiagnosisText.json(stuck())).isEqualTo("{\"member\":\"anna\",\"id\":\"" + Fakes.ANNA.id()
                + "\",\"cluster\":\"orders\",\"state\":\"CONNECTED\",\"view\":{\"id\":\"" + VIEW.id()
                + "\",\"members\":[\"anna\",\"bert\"]},\"waits\":[{\"protocol\":\"FC\",\"reason\":\"CREDIT\","
                + "\"members\":[\"bert\"],\"millis\":1200,\"what\":\"packets to the group: 12, bytes: 64000\"},"
                + "{\"protocol\":\"GMS\",\"reason\":\"VIEW\",\"members\":[],\"millis\":9000,\"what\":\"\\\"quoted\\\"\"}],"
                + "\"queues\":{\"outbox_bytes\":4096,\"senders\":2,\"group_paused\":true,\"paused_members\":[\"carl\"],"
                + "\"inbox_packets\":5,\"lanes\":[{\"of\":\"bert\",\"packets\":4}],\"barrier\":true,\"callback_failures\":1},"
                + "\"stack\":[{\"protocol\":\"FC\",\"settings\":{\"max_credits\":\"2M\",\"min_threshold\":\"0.5\"},"
                + "\"counters\":{\"credit_waits\":3}},{\"protocol\":\"GMS\",\"settings\":{},"
                + "\"counters\":{\"rounds_restarted\":0}}]}\n");
    }

    @Test
    void peopleSeeFirstWhatHasWaitedLongest() {
        assertThat(DiagnosisText.plain(stuck())).isEqualTo("anna (" + Fakes.ANNA.id() + ") of group orders is CONNECTED\n"
                + "view    " + VIEW + "\n"
                + "waits   GMS has waited 9000 ms for view: \"quoted\"\n"
                + "        FC has waited 1200 ms for credit of bert: packets to the group: 12, bytes: 64000\n"
                + "outbox  4096 bytes, 2 senders wait for room, the group is paused, paused are [carl]\n"
                + "inbox   5 packets, of bert 4, a view or state waits for callbacks to return, 1 callbacks failed\n"
                + "stack\n"
                + "  FC max_credits=2M min_threshold=0.5\n"
                + "    counted credit_waits=3\n"
                + "  GMS\n");
    }

    @Test
    void aMemberWithoutAViewSaysSo() {
        Diagnosis alone = new Diagnosis(Address.of(9, 9, "new"), "orders", ChannelState.CONNECTING, null, List.of(),
                new Diagnosis.Queues(0, 0, false, List.of(), 0, List.of(), false, 0));
        assertThat(DiagnosisText.plain(alone)).contains("view    none\n", "waits   for nothing\n");
        assertThat(DiagnosisText.json(alone)).contains("\"view\":null");
    }
}
