package dev.spectraledge.analysis.experiment.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.analysis.experiment.StudiedModel;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.SyntheticRun;
import dev.spectraledge.analysis.experiment.UpdateWindow;
import dev.spectraledge.kernels.Tensor;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GapFlowTermsTest {
    private static final double STEP = 1e-3;
    private static final double WEIGHT_DECAY = 0.5;

    @TempDir
    private Path folder;

    @Test
    void theTermsAreThoseOfTheFormulaWithDifferencesOfTheLoss() {
        StudiedRun run = SyntheticRun.write(
                folder,
                WEIGHT_DECAY,
                4,
                (index, attention, backend) -> SyntheticRun.addRandom(attention, backend, index, 1.0 / (1 + index)));
        try (StudiedModel model = StudiedModel.of(run, run.data().train(), 50);
                UpdateWindow window = UpdateWindow.ending(run, 300, SyntheticRun.STRIDE, 3)) {
            GapFlowTerms terms = GapFlowTerms.of(run, model, window, 1);
            double[] first = derivatives(model, window.direction(0));
            double[] second = derivatives(model, window.direction(1));
            double d1 = window.singularValue(0);
            double d2 = window.singularValue(1);
            double rate = run.learningRate();
            // Differences of the loss at STEP err by about STEP² times the next derivative.
            assertThat(terms.curvature())
                    .isCloseTo(
                            -rate * (first[1] - second[1]) * (d1 + d2) / 2, within(1e-2 * rate * size(first, second)));
            assertThat(terms.damping())
                    .isCloseTo(
                            -rate * ((first[1] + second[1]) / 2 + WEIGHT_DECAY) * (d1 - d2),
                            within(1e-2 * rate * size(first, second)));
            double driving = rate * 3 * (first[0] * first[0] / d1 - second[0] * second[0] / d2);
            assertThat(terms.driving()).isCloseTo(driving, within(1e-4 * Math.abs(driving)));
            assertThat(terms.sum()).isEqualTo(terms.curvature() + terms.damping() + terms.driving());
            assertThat(terms.shareOf(terms.curvature())
                            + terms.shareOf(terms.damping())
                            + terms.shareOf(terms.driving()))
                    .isCloseTo(1, within(1e-12));
        }
    }

    private static double size(double[] first, double[] second) {
        return Math.abs(first[1]) + Math.abs(second[1]) + WEIGHT_DECAY;
    }

    /** Slope and curvature of the loss along a direction. */
    private static double[] derivatives(StudiedModel model, Tensor direction) {
        model.restore();
        double here = model.evaluate().loss();
        model.move(STEP, direction);
        double above = model.evaluate().loss();
        model.restore();
        model.move(-STEP, direction);
        double below = model.evaluate().loss();
        model.restore();
        return new double[] {(above - below) / (2 * STEP), (above + below - 2 * here) / (STEP * STEP)};
    }
}
