package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

class MemberLineTest {

    @Test
    void whatAMemberTellsIsWhatTheParentHears() {
        StringWriter out = new StringWriter();
        MemberLine.tellAt(new PrintWriter(out), 42, "view", "m1|3", "m1 m2", "");

        assertThat(MemberLine.parse(out.toString().strip().concat("\t")))
                .contains(new MemberLine("view", 42, List.of("m1|3", "m1 m2", "")));
    }

    @Test
    void aFieldOfSeveralLinesStaysOnOne() {
        StringWriter out = new StringWriter();
        MemberLine.tellAt(new PrintWriter(out), 42, "failed", "a\nb\tc");

        assertThat(MemberLine.parse(out.toString().strip())).contains(new MemberLine("failed", 42, List.of("a b c")));
    }

    @Test
    void whatALibraryPrintsIsNotTakenForALineOfOurs() {
        assertThat(MemberLine.parse("WARNING: something")).isEmpty();
        assertThat(MemberLine.parse("@view")).isEmpty();
        assertThat(MemberLine.parse("@view\tsoon")).isEmpty();
        assertThat(MemberLine.parse("")).isEmpty();
    }

    @Test
    void aFieldThatIsMissingIsEmpty() {
        assertThat(new MemberLine("view", 1, List.of()).field(3)).isEmpty();
    }
}
