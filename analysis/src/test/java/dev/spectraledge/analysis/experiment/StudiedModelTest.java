package dev.spectraledge.analysis.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.analysis.experiment.weights.OutputDivergence;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.ParameterSubset;
import dev.spectraledge.trainer.step.Evaluation;
import java.util.List;
import org.junit.jupiter.api.Test;

class StudiedModelTest {
    private static final int SEQUENCES = 40;

    /** Loss and accuracy of the first 300 test sequences as the reference prints them. */
    @Test
    void evaluatesTheFirstSequencesOfADataSet() {
        StudiedRun run = DyckExtract.open();
        try (StudiedModel model = StudiedModel.of(run, run.data().test(), 300)) {
            model.load(DyckExtract.STEP);
            Evaluation evaluation = model.evaluate();
            assertThat(evaluation.loss()).isCloseTo(0.2784, within(5.1e-5));
            assertThat(evaluation.accuracy()).isCloseTo(0.931, within(5.1e-4));
            assertThat(model.batch().sequences().rows(0)).isEqualTo(1732);
        }
    }

    /** What sequences begin with in common is computed once, and counts for each of them. */
    @Test
    void sharingChangesNothingButRounding() {
        StudiedRun run = DyckExtract.open();
        try (StudiedModel shared = StudiedModel.of(run, run.data().test(), 300);
                StudiedModel whole = StudiedModel.tokenByToken(run, run.data().test(), 300)) {
            assertThat(whole.batch().sequences().rows(0)).isEqualTo(3978);
            for (StudiedModel model : List.of(shared, whole)) {
                model.load(DyckExtract.STEP);
                model.evaluate();
            }
            OutputDivergence ofShared = new OutputDivergence(shared);
            OutputDivergence ofWhole = new OutputDivergence(whole);
            for (StudiedModel model : List.of(shared, whole)) {
                model.backend().scale(0.9, model.attention());
            }
            Evaluation expected = whole.differentiate();
            Evaluation evaluation = shared.differentiate();
            assertThat(evaluation.loss()).isCloseTo(expected.loss(), within(1e-13));
            assertThat(evaluation.accuracy()).isEqualTo(expected.accuracy());
            assertThat(ofShared.mean()).isCloseTo(ofWhole.mean(), within(1e-13));
            shared.backend().axpy(-1, whole.gradient().flat(), shared.gradient().flat());
            assertThat(VectorProducts.norm(shared.backend(), shared.gradient().flat()))
                    .isLessThan(1e-13
                            * VectorProducts.norm(
                                    whole.backend(), whole.gradient().flat()));
        }
    }

    @Test
    void paddingChangesNothingOnRealTokens() {
        StudiedRun run = DyckExtract.open();
        try (StudiedModel model = StudiedModel.of(run, run.data().test(), SEQUENCES);
                StudiedModel padded = StudiedModel.padded(run, run.data().test(), SEQUENCES)) {
            model.load(DyckExtract.STEP);
            padded.load(DyckExtract.STEP);
            assertThat(padded.batch().sequences().rows(0)).isEqualTo(SEQUENCES * 24);
            assertThat(padded.evaluate().loss()).isCloseTo(model.evaluate().loss(), within(1e-12));
        }
    }

    @Test
    void aMoveIsUndoneByRestoring() {
        StudiedRun run = DyckExtract.open();
        try (StudiedModel model = StudiedModel.of(run, run.data().test(), SEQUENCES);
                MemoryOwner owner = MemoryOwner.open("direction")) {
            model.load(DyckExtract.STEP);
            Evaluation base = model.evaluate();
            Tensor direction = RandomDirections.draw(
                            model.backend(), owner, 1, 1, model.attention().size(1))
                    .getFirst();
            model.move(3, direction);
            assertThat(model.evaluate().loss()).isNotEqualTo(base.loss());
            model.restore();
            assertThat(model.evaluate()).isEqualTo(base);
        }
    }

    /** The gradient of the mean loss against a central difference of it. */
    @Test
    void theGradientIsThatOfTheMeanLoss() {
        StudiedRun run = DyckExtract.open();
        try (StudiedModel model = StudiedModel.of(run, run.data().test(), SEQUENCES);
                MemoryOwner owner = MemoryOwner.open("direction")) {
            model.load(DyckExtract.STEP);
            Tensor direction = RandomDirections.draw(
                            model.backend(), owner, 1, 1, model.attention().size(1))
                    .getFirst();
            assertThat(model.differentiate().loss()).isCloseTo(model.evaluate().loss(), within(1e-12));
            double slope =
                    VectorProducts.dot(model.backend(), model.gradient().subset(ParameterSubset.ATTENTION), direction);
            double amount = 1e-4;
            model.move(amount, direction);
            double above = model.evaluate().loss();
            model.move(-2 * amount, direction);
            double below = model.evaluate().loss();
            // ε² of the third derivative, and the rounding of two losses over 2ε.
            assertThat((above - below) / (2 * amount)).isCloseTo(slope, within(1e-8));
        }
    }
}
