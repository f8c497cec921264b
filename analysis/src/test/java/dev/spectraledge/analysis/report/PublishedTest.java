package dev.spectraledge.analysis.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PublishedTest {
    @ParameterizedTest
    @ValueSource(strings = {"add", "sub", "mul", "x2_y2"})
    void operationsThatGrokHaveTheirSteps(String operation) {
        List<Published> numbers = Published.forModular(operation, 1);
        assertThat(numbers)
                .extracting(Published::quantity)
                .containsExactly("grok_step", "accuracy98_step", "parameters");
        assertThat(numbers).allSatisfy(number -> {
            assertThat(number.admits(number.value())).isTrue();
            assertThat(number.isOfWindow()).isFalse();
        });
        assertThat(Published.forModular(operation, 0.5)).isEmpty();
    }

    @Test
    void operationsThatNeverGrokHaveNone() {
        assertThat(Published.forModular("x3_xy", 1)).isEmpty();
        assertThat(Published.forModular("add+mul", 1)).isEmpty();
    }

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
