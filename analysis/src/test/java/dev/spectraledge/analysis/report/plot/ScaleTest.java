package dev.spectraledge.analysis.report.plot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScaleTest {
    @Test
    void linearTicksStandAtRoundNumbers() {
        assertThat(labels(new Scale.Linear(0, 3600).ticks(5))).containsExactly("0", "1000", "2000", "3000");
        assertThat(labels(new Scale.Linear(-1, 1).ticks(4))).containsExactly("−1.0", "−0.5", "0.0", "0.5", "1.0");
        assertThat(labels(new Scale.Linear(0, 20_000).ticks(4)))
                .containsExactly("0", "5000", "10\u2009000", "15\u2009000", "20\u2009000");
    }

    @Test
    void logarithmicTicksStandAtPowersOfTen() {
        assertThat(labels(new Scale.Log(1e-5, 3).ticks(5))).containsExactly("10⁻⁵", "10⁻⁴", "10⁻³", "0.01", "0.1", "1");
        assertThat(labels(new Scale.Log(0.9, 30).ticks(5))).containsExactly("1", "2", "5", "10", "20");
    }

    @ParameterizedTest
    @CsvSource({"1e-12, 1e3", "0.5, 0.6", "1, 2", "1e-300, 1e300", "3, 4e6"})
    void ticksAreFewAndInsideOfTheAxis(double low, double high) {
        for (Scale scale : List.of(new Scale.Linear(low, high), new Scale.Log(low, high))) {
            List<Scale.Tick> ticks = scale.ticks(5);
            assertThat(ticks).hasSizeBetween(1, 12);
            assertThat(ticks)
                    .allSatisfy(tick -> assertThat(scale.position(tick.value())).isBetween(-1e-6, 1 + 1e-6));
        }
    }

    @Test
    void positionsRunFromZeroToOne() {
        assertThat(new Scale.Linear(2, 4).position(3)).isEqualTo(0.5);
        assertThat(new Scale.Log(1, 100).position(10)).isEqualTo(0.5);
    }

    @Test
    void aLogarithmicAxisTakesPositiveNumbersOnly() {
        Scale log = new Scale.Log(1, 10);
        assertThat(log.accepts(0)).isFalse();
        assertThat(log.accepts(-1)).isFalse();
        assertThat(log.accepts(Double.NaN)).isFalse();
        assertThat(log.accepts(1e-9)).isTrue();
        assertThatIllegalArgumentException().isThrownBy(() -> new Scale.Log(0, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new Scale.Linear(1, 1));
    }

    @Test
    void anAxisFitsAnyData() {
        assertThat(Axis.linear("y").scale(5, 5, 0.1).position(5)).isEqualTo(0.5);
        assertThat(Axis.linear("y").scale(0, 0, 0.1).position(0)).isEqualTo(0.5);
        assertThat(Axis.log("y").scale(5, 5, 0.1).position(5)).isEqualTo(0.5);
        assertThat(Axis.log("y").scale(Double.NaN, Double.NaN, 0.1).accepts(1)).isTrue();
        assertThat(Axis.linear("y", 0, 1).scale(0.2, 0.4, 0.1)).isEqualTo(new Scale.Linear(0, 1));
    }

    private static List<String> labels(List<Scale.Tick> ticks) {
        return ticks.stream().map(Scale.Tick::label).toList();
    }
}
