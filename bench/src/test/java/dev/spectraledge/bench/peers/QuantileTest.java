package dev.spectraledge.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class QuantileTest {

    @Test
    void interpolatesBetweenOrderStatistics() {
        double[] sample = {4, 1, 3, 2};
        assertThat(Quantile.of(sample, 0)).isEqualTo(1);
        assertThat(Quantile.of(sample, 0.5)).isEqualTo(2.5);
        assertThat(Quantile.of(sample, 0.25)).isEqualTo(1.75);
        assertThat(Quantile.of(sample, 1)).isEqualTo(4);
        assertThat(sample).containsExactly(4, 1, 3, 2);
    }

    @Test
    void refusesAnEmptySample() {
        assertThatThrownBy(() -> Quantile.of(new double[0], 0.5)).hasMessageContaining("at least one value");
    }
}
