package dev.spectraledge.trainer.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.kernels.Workers;
import dev.spectraledge.kernels.cpu.CpuBackend;
import dev.spectraledge.trainer.config.ConfigResolver;
import dev.spectraledge.trainer.config.RunConfig;
import dev.spectraledge.trainer.run.RunDirectory;
import dev.spectraledge.trainer.run.RunGroup;
import dev.spectraledge.trainer.run.RunState;
import dev.spectraledge.trainer.run.TrainingProgress;
import dev.spectraledge.trainer.step.Lanes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which end of a run the progress is told to expect. */
class ExpectedEndTest {
    @TempDir
    private Path folder;

    @Test
    void anEndByNumberIsKnownFromTheBeginning() {
        assertThat(ends("training.stopOn=12")).containsOnly("12");
        assertThat(ends("training.stopOn=null")).containsOnly("20");
    }

    @Test
    void anEndAfterAnEventIsAtMostTheLastStepUntilTheEventIsThere() {
        assertThat(ends("training.stopOn=grok+3", "evaluation.grokAccuracy=1")).containsOnly("at most 20");
        // Evaluated at steps 0, 1 and 5, of which the first is then the grok step.
        assertThat(ends("training.stopOn=grok+9", "evaluation.grokAccuracy=0", "evaluation.grokPatience=3"))
                .containsExactly("at most 20", "at most 20", "9", "9");
    }

    @Test
    void anAccuracyThatEndsTheRunCanEndItEarlier() {
        assertThat(ends("training.stopOn=null", "evaluation={stopAccuracy: 1, stopPatience: 2}"))
                .containsOnly("at most 20");
    }

    private List<String> ends(String... overrides) {
        ConfigResolver resolver = new ConfigResolver()
                .override("model={width: 8, heads: 2, feedForwardWidth: 8}")
                .override("task.sequences=80")
                .override("training.steps=20")
                .override("evaluation.every=5")
                .override("observers=[]")
                .override("out=" + folder.resolve(String.valueOf(System.identityHashCode(overrides))));
        for (String override : overrides) {
            resolver.override(override);
        }
        RunConfig config = resolver.resolve();
        Ends ends = new Ends();
        try (RunGroup group = RunGroup.of(RunDirectory.create(config));
                Workers workers = new Workers(1);
                TrainingLoop loop = new TrainingLoop(
                        group,
                        setup -> Lanes.onHost(new CpuBackend(), workers),
                        (own, context) -> {
                            throw new AssertionError("no observer is configured");
                        },
                        ends,
                        new StopRequest())) {
            assertThat(loop.train()).isEqualTo(RunState.DONE);
        }
        assertThat(ends.told.getLast()).as("once it has ended").doesNotContain("at most");
        return ends.told.subList(0, ends.told.size() - 1);
    }

    private static final class Ends implements TrainingProgress {
        private final List<String> told = new ArrayList<>();

        @Override
        public void expectSteps(long total, boolean atMost) {
            told.add((atMost ? "at most " : "") + total);
        }

        @Override
        public void step(long number, double batchLoss) {}

        @Override
        public void evaluation(double trainAccuracy, double testLoss, double testAccuracy) {}

        @Override
        public void evaluated(RunDirectory run, double testLoss, double testAccuracy, long grokStep) {}

        @Override
        public void runs(int runs, int grokked, int ended) {}

        @Override
        public void spectrum(int edge, double gapRatio) {}

        @Override
        public void message(String text) {}
    }
}
