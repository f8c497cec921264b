package dev.spectraledge.trainer.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.trainer.step.Evaluation;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class EndingRulesTest {
    private static final Path NOWHERE = Path.of("nowhere");

    @Test
    void whatIsNoNumberPassesNoThreshold() {
        EndingRules rules =
                new EndingRules(TinyRuns.config(NOWHERE, "evaluation.stopAccuracy=0", "evaluation.stopPatience=1"));
        assertThat(rules.shownToHaveGrokked(0, Double.NaN)).isFalse();
        assertThat(rules.shownToHoldStopAccuracy(0, Double.NaN)).isFalse();
        assertThat(rules.lastStep()).isEqualTo(4);
        assertThat(rules.grokStep()).isEqualTo(ConsecutiveEvaluations.NEVER);

        EndingRules patient = new EndingRules(TinyRuns.config(NOWHERE, "evaluation.grokPatience=2"));
        assertThat(patient.shownToHaveGrokked(0, 1)).isFalse();
        assertThat(patient.shownToHaveGrokked(1, Double.NaN)).isFalse();
        assertThat(patient.shownToHaveGrokked(2, 1)).as("the streak was broken").isFalse();
    }

    @Test
    void anObjectiveThatIsNoNumberIsNotPassedOver() {
        assertThat(new Evaluation(List.of(1.0, 1.0), List.of(0.5, Double.NaN), null).accuracy())
                .isNaN();
        assertThat(new Evaluation(List.of(1.0, 1.0), List.of(0.5, 0.25), null).accuracy())
                .isCloseTo(0.25, within(0.0));
    }

    @Test
    void theEarliestRuleEndsARun() {
        EndingRules rules = new EndingRules(TinyRuns.config(
                NOWHERE,
                "training.steps=100",
                "training.stopOn=grok+20",
                "evaluation.stopAccuracy=0.5",
                "evaluation.stopPatience=1"));
        assertThat(rules.lastStep()).isEqualTo(100);
        rules.shownToHaveGrokked(10, 0.4);
        assertThat(rules.lastStep()).isEqualTo(30);
        assertThat(rules.reason(30)).isEqualTo("stopped on grok+20");
        rules.shownToHoldStopAccuracy(12, 0.6);
        assertThat(rules.lastStep()).isEqualTo(12);
        assertThat(rules.reason(12)).isEqualTo("stopped on stop_accuracy");
        assertThat(rules.reason(100)).isEqualTo("all steps done");
    }
}
