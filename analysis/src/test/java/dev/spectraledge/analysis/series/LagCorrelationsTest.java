package dev.spectraledge.analysis.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class LagCorrelationsTest {
    @Test
    void aSeriesThatComesLaterIsFoundAtItsLag() {
        Random random = new Random(13);
        double[] x = DrawnSeries.autoregressive(random, 0.5, 60);
        double[] y = DrawnSeries.later(random, x, 2, 0);
        LagCorrelations symmetric = LagCorrelations.symmetric(x, y, 5);
        assertThat(symmetric.strongest()).isEqualTo(2);
        assertThat(symmetric.at(2)).isCloseTo(1, within(1e-12));
        assertThat(symmetric.peak()).isCloseTo(1, within(1e-12));
        assertThat(LagCorrelations.symmetric(y, x, 5).strongest()).isEqualTo(-2);
        LagCorrelations published = LagCorrelations.published(x, y, -3, 5);
        assertThat(published.values()).hasSize(9);
        assertThat(published.at(2)).isCloseTo(1, within(1e-12));
    }

    @Test
    void theMostNegativeOneIsNotTheStrongest() {
        LagCorrelations correlations = new LagCorrelations(-1, new double[] {-0.3, 0.9, -0.4});
        assertThat(correlations.mostNegative()).isEqualTo(1);
        assertThat(correlations.strongest()).isZero();
    }

    @Test
    void tooFewPairsHaveNoCorrelation() {
        double[] x = DrawnSeries.autoregressive(new Random(14), 0, 8);
        LagCorrelations published = LagCorrelations.published(x, x, -3, 5);
        assertThat(published.at(2)).isNotNaN();
        assertThat(published.at(3)).isNaN();
        assertThat(published.strongest()).isZero();
        assertThat(LagCorrelations.symmetric(x, x, 2).peak()).isNaN();
    }
}
