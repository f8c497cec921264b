package dev.spectraledge.trainer.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.trainer.step.Evaluation;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConsecutiveEvaluationsTest {
    @Test
    void firstEvaluationThatReachesTheAccuracy() {
        ConsecutiveEvaluations rule = new ConsecutiveEvaluations(0.95, 1);
        assertThat(rule.evaluated(100, 0.94)).isFalse();
        assertThat(rule.evaluated(200, 0.95)).isTrue();
        assertThat(rule.evaluated(300, 0.99)).isFalse();
        assertThat(rule.first()).isEqualTo(200);
    }

    @Test
    void aStreakThatBreaksBeginsAnew() {
        ConsecutiveEvaluations rule = new ConsecutiveEvaluations(0.98, 3);
        double[] accuracies = {0.98, 0.99, 0.5, 0.98, 0.98, 0.98};
        for (int i = 0; i < accuracies.length; i++) {
            assertThat(rule.evaluated(i, accuracies[i])).isEqualTo(i == 5);
        }
        assertThat(rule.first()).isEqualTo(3);
        assertThat(rule.met()).isEqualTo(5);

        ConsecutiveEvaluations resumed = new ConsecutiveEvaluations(0.98, 3);
        resumed.restore(rule.state());
        assertThat(resumed.first()).isEqualTo(3);
        assertThat(resumed.met()).isEqualTo(5);
    }

    @Test
    void notANumberReachesNoAccuracy() {
        ConsecutiveEvaluations rule = new ConsecutiveEvaluations(0, 1);
        assertThat(rule.evaluated(1, Double.NaN)).isFalse();
        assertThat(rule.first()).isEqualTo(ConsecutiveEvaluations.NEVER);
        assertThat(new Evaluation(List.of(1.0, 1.0), List.of(0.99, Double.NaN), null).accuracy())
                .isNaN();
    }

    @Test
    void neverWithoutAStreak() {
        ConsecutiveEvaluations rule = new ConsecutiveEvaluations(0.99, 10);
        rule.evaluated(1, 1);
        assertThat(rule.first()).isEqualTo(ConsecutiveEvaluations.NEVER);
        assertThat(rule.met()).isEqualTo(ConsecutiveEvaluations.NEVER);
    }
}
