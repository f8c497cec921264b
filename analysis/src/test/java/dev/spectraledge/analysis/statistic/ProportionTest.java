package dev.spectraledge.analysis.statistic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ProportionTest {
    /** Newcombe 1998, table I, method 3. */
    @Test
    void intervalsArePublishedOnes() {
        assertThat(Proportion.of(81, 263).low()).isCloseTo(0.2553, within(5e-5));
        assertThat(Proportion.of(81, 263).high()).isCloseTo(0.3662, within(5e-5));
        assertThat(Proportion.of(15, 148).low()).isCloseTo(0.0624, within(5e-5));
        assertThat(Proportion.of(15, 148).high()).isCloseTo(0.1605, within(5e-5));
        assertThat(Proportion.of(0, 20).low()).isZero();
        assertThat(Proportion.of(0, 20).high()).isCloseTo(0.1611, within(5e-5));
        assertThat(Proportion.of(1, 29).low()).isCloseTo(0.0061, within(5e-5));
        assertThat(Proportion.of(1, 29).high()).isCloseTo(0.1718, within(5e-5));
    }

    @Test
    void noCasesSayNothing() {
        assertThat(Proportion.of(0, 0).share()).isNaN();
        assertThat(Proportion.of(0, 0).high()).isEqualTo(1);
    }
}
