package dev.spectraledge.analysis.experiment.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.analysis.experiment.StudiedModel;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.TinyTraining;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.model.Places;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputDivergenceTest {
    private static final int PRIME = 13;
    private static final int PAIRS = 20;

    @TempDir
    private Path folder;

    /** Of two tasks each has the distribution of its own head; their divergences add up, and are means over the pairs. */
    @Test
    void tasksThatAreLearntAtOnceAddUp() {
        try (StudiedRun run = TinyTraining.writeModular(folder, List.of(0L), "task.operation=add+mul");
                StudiedModel model = StudiedModel.of(run, run.data().test(), PAIRS)) {
            model.load(0);
            model.evaluate();
            OutputDivergence divergence = new OutputDivergence(model);
            assertThat(divergence.mean()).isCloseTo(0, within(1e-8));
            double[][] before = distributions(model);
            model.backend().scale(0.5, model.attention());
            model.evaluate();
            double[][] after = distributions(model);
            double expected = 0;
            for (int row = 0; row < before.length; row++) {
                for (int i = 0; i < PRIME; i++) {
                    expected += before[row][i] * (Math.log(before[row][i]) - Math.log(after[row][i])) / PAIRS;
                }
            }
            assertThat(expected).isGreaterThan(1e-4);
            // The guard moves each of 26 logarithms by 10⁻¹⁰ over its probability, by which it is weighted.
            assertThat(divergence.mean()).isCloseTo(expected, within(1e-8));
        }
    }

    /** Softmax of each head for each pair. */
    private static double[][] distributions(StudiedModel model) {
        Tensor logits = model.places().get(Places.LOGITS).values();
        double[][] distributions = new double[2 * PAIRS][PRIME];
        for (int row = 0; row < PAIRS; row++) {
            for (int head = 0; head < 2; head++) {
                double[] distribution = distributions[2 * row + head];
                double sum = 0;
                for (int i = 0; i < PRIME; i++) {
                    distribution[i] = Math.exp(logits.get(0, row, (long) head * PRIME + i));
                    sum += distribution[i];
                }
                for (int i = 0; i < PRIME; i++) {
                    distribution[i] /= sum;
                }
            }
        }
        return distributions;
    }
}
