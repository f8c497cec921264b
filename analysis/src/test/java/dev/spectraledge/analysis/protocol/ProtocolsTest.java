package dev.spectraledge.analysis.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import java.util.List;
import org.junit.jupiter.api.Test;

class ProtocolsTest {
    @Test
    void someRowsTakeThePlaceOfThePapers() {
        Protocols fewer =
                Protocols.with(List.of("modular,edge-training,trainings,1", "*,commutator-defect,repetitions,2"));
        assertThat(fewer.of("modular", "edge-training").number(Parameter.TRAININGS))
                .isEqualTo(1);
        assertThat(fewer.of("dyck", "edge-training").number(Parameter.TRAININGS))
                .isEqualTo(3);
        assertThat(fewer.of("dyck", "commutator-defect").number(Parameter.REPETITIONS))
                .isEqualTo(2);
        assertThat(fewer.of("modular", "edge-training").tasks()).containsExactly("modular", "dyck");
        assertThat(fewer.changes("modular", "edge-training")).containsOnly(entry("trainings", "1"));
        assertThat(fewer.changes("modular", "commutator-defect")).containsOnly(entry("repetitions", "2"));
        assertThat(fewer.changes("dyck", "edge-training")).isEmpty();
        assertThat(Protocols.PUBLISHED.changes("modular", "edge-training")).isEmpty();
    }

    /** Otherwise a misspelt row would change nothing, or have an experiment asked of another task. */
    @Test
    void aRowThatThePapersDoNotHaveIsRefused() {
        assertThatThrownBy(() -> Protocols.with(List.of("scan,edge-training,trainings,1")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("protocol.csv: the line 'scan,edge-training,trainings,1' has no row to take the place of");
    }
}
