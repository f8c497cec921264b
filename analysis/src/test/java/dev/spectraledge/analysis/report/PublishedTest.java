package dev.spectraledge.analysis.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class PublishedTest {
    @Test
    void everyNumberNamesItsSourceAndLiesInItsOwnRange() {
        for (double weightDecay : new double[] {0, 1}) {
            List<Published> numbers = Published.forDyck(weightDecay);
            assertThat(numbers).hasSizeGreaterThan(10);
            assertThat(numbers).allSatisfy(number -> {
                assertThat(number.source()).isNotBlank();
                assertThat(number.value()).isFinite();
                assertThat(number.hasTolerance()).isEqualTo(!number.robustness().equals("seed"));
                if (number.hasTolerance()) {
                    assertThat(number.admits(number.value())).isTrue();
                }
            });
        }
        assertThat(Published.forDyck(0.5)).isEmpty();
    }
}
