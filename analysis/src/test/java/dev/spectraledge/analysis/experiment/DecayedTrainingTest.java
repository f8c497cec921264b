package dev.spectraledge.analysis.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.analysis.experiment.flow.GapFlow;
import dev.spectraledge.analysis.experiment.weights.GradientDecayDecomposition;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.config.RunConfig;
import dev.spectraledge.trainer.model.ParameterSpec;
import dev.spectraledge.trainer.model.Parameters;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Experiments on a run whose weight decay acts on some of its parameters. */
class DecayedTrainingTest {
    @TempDir
    private Path folder;

    private StudiedRun run(String decayed) {
        return TinyTraining.write(folder, List.of(2L), "training.decayed=" + decayed);
    }

    @Test
    void attentionDecaysAsAWholeOrNotAtAll() {
        try (StudiedRun matrices = run("matrices")) {
            assertThat(matrices.attentionDecay()).isEqualTo(1);
        }
        try (StudiedRun others = run("linear")) {
            assertThat(others.attentionDecay()).isZero();
        }
        try (StudiedRun some = run("in_proj")) {
            assertThatThrownBy(some::attentionDecay)
                    .isInstanceOf(RunException.class)
                    .hasMessageContaining("acts on some of the attention matrices only (training.decayed=in_proj)");
        }
    }

    @Test
    void whatEstimatesTheDecayOfTheAttentionObjectsToHalfOfIt() {
        List<Experiment> estimating = List.of(new GradientDecayDecomposition(), new GapFlow());
        try (StudiedRun matrices = run("matrices")) {
            assertThat(estimating).allMatch(experiment -> experiment.suits(matrices));
        }
        try (StudiedRun others = run("linear")) {
            assertThat(estimating).allMatch(experiment -> experiment.suits(others));
        }
        try (StudiedRun some = run("in_proj")) {
            assertThat(estimating)
                    .allSatisfy(experiment -> assertThat(experiment.objection(some))
                            .hasValueSatisfying(
                                    objection -> assertThat(objection).contains("training.decayed=in_proj")));
        }
    }

    @Test
    void aChangedDecayActsOnWhatDecays() {
        try (StudiedRun run = run("matrices");
                MemoryOwner owner = MemoryOwner.open("before")) {
            Parameters before = run.weights(owner, 2);
            RunConfig stronger = Continuation.changed(run.config(), Map.of("weightDecay", 5.0));
            try (Continuation training = Continuation.fresh(run, List.of(run.config(), stronger), 2)) {
                training.advanceTo(1);
                double change = 4 * run.config().training().learningRate();
                for (ParameterSpec spec : run.layout().specs()) {
                    long offset = run.layout().offset(spec.name());
                    double acts = spec.shape().length > 1 ? change : 0;
                    for (long i = offset; i < offset + spec.elements(); i++) {
                        // The same gradient: the difference is (5 − 1)ηθ of what decays.
                        assertThat(training.weights(0).get(0, i)
                                        - training.weights(1).get(0, i))
                                .as(spec.name())
                                .isCloseTo(acts * before.flat().get(0, i), within(1e-14));
                    }
                }
            }
        }
    }
}
