package dev.spectraledge.trainer.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.trainer.config.ConfigResolver;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunAxisTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "training.seed=1",
                "training.steps=1",
                "training.learningRate=1",
                "training.weightDecay=0",
                "training.beta1=0",
                "training.clip=null",
                "training.stopOn=grok+1",
                "evaluation.every=7",
                "checkpoints.schedule=none",
                "tensorboard=true",
            })
    void whatTheTrainerHoldsForEachRunMayDiffer(String override) {
        assertThat(key(override)).isEqualTo(key("training.seed=42"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "model.layers=1",
                "task.dataSeed=1",
                "training.batchSize=1",
                "training.optimizer=sgd",
                "training.precision=float64",
                "checkpoints.resumeEvery=1",
                "evaluation.tokens=5000",
                "observers=[]",
                "threads=2",
            })
    void everythingElseMustNot(String override) {
        assertThat(key(override)).isNotEqualTo(key("training.seed=42"));
    }

    private static Map<String, Object> key(String override) {
        return RunAxis.key(PlannedRun.of(new ConfigResolver().override(override).resolve(), Map.of()));
    }
}
