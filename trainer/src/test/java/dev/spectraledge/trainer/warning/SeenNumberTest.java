package dev.spectraledge.trainer.warning;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SeenNumberTest {
    private static final List<String> COLUMNS =
            List.of("step", "energy_1", "energy_2", "energy_3", "gap_ratio", "g23_over_trace", "alignment_1");

    private static double seen(String detector, double... row) {
        return new SeenNumber(DetectorRules.named(detector), COLUMNS).of(index -> row[index]);
    }

    @Test
    void aRatioWithASingularValueOfRoundingAloneIsNone() {
        assertThat(seen("gap_ratio", 1, 0.9, 0.09, 0.01, 7, 0.08, 0)).isEqualTo(7);
        assertThat(seen("gap_ratio", 1, 1, 1e-17, 1e-18, 7, 1e-17, 0)).isNaN();
    }

    @Test
    void aWindowThatFillsHasFewerSingularValues() {
        assertThat(seen("gap_ratio", 1, 0.9, 0.1, Double.NaN, 7, 0.1, 0)).isEqualTo(7);
    }

    @Test
    void aDifferenceThatRoundingMayHaveMadeIsNone() {
        assertThat(seen("g23", 1, 1, 1e-3, 1e-18, 7, 1e-3, 0)).isEqualTo(1e-3);
        assertThat(seen("g23", 1, 1, 1e-17, 1e-18, 7, 9e-18, 0)).isNaN();
    }

    @Test
    void whatIsNoDifferenceIsSeenAsItIs() {
        assertThat(seen("alignment", 1, 1, 1e-17, 1e-18, 7, 9e-18, -0.5)).isEqualTo(-0.5);
    }

    @Test
    void aWholeTableIsSeenRowByRow() {
        Map<String, double[]> table = Map.of("g23_over_trace", new double[] {0.1, 1e-20}, "step", new double[] {1, 2});
        assertThat(SeenNumber.column(DetectorRules.named("g23"), List.of("step", "g23_over_trace"), table::get))
                .containsExactly(0.1, Double.NaN);
    }
}
