package dev.spectraledge.analysis.parts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.analysis.checkpoint.AdamMoments;
import dev.spectraledge.analysis.checkpoint.AdamSettings;
import dev.spectraledge.analysis.checkpoint.Checkpoint;
import dev.spectraledge.analysis.checkpoint.CheckpointSeries;
import dev.spectraledge.analysis.checkpoint.Fixtures;
import dev.spectraledge.analysis.checkpoint.StoredTensor;
import dev.spectraledge.kernels.Workers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Beside the true parts of runs of PyTorch that were saved at every step. */
class StepPartsTest {
    private static final double RATE = 0.01;
    private static final double DECAY = 0.3;

    @TempDir
    Path folder;

    /** The truth is in the checkpoint before: the decay part is −ηωθ′, the gradient part what is left of the difference. */
    @ParameterizedTest
    @CsvSource({
        "nanogpt/out-1, nanogpt/out-2",
        "nanogpt/out-2, nanogpt/out-3",
        "nanogpt/out-3, nanogpt/out-4",
        "trainer/checkpoint-1, trainer/checkpoint-2",
        "nanogpt/out-1, zero/global_step2"
    })
    void bothPartsAreThoseOfTheTrueStep(String before, String after) {
        try (Checkpoint old = Checkpoint.open(Fixtures.get(before));
                Checkpoint now = Checkpoint.open(Fixtures.get(after))) {
            List<AdamMoments> matrices = now.optimizer().orElseThrow().moments().values().stream()
                    .filter(moments -> moments.parameter().shape().size() == 2)
                    .toList();
            assertThat(matrices).hasSizeGreaterThan(4);
            for (AdamMoments moments : matrices) {
                AdamStep step = new AdamStep(moments, OptionalDouble.empty());
                StoredTensor previous = old.tensors().get(moments.parameter().name());
                Distance gradient = new Distance();
                Distance decay = new Distance();
                for (long index = 0; index < previous.elements(); index++) {
                    double from = previous.type().real(previous.data(), index);
                    double to =
                            moments.parameter().type().real(moments.parameter().data(), index);
                    double trueDecay = -RATE * DECAY * from;
                    gradient.add(step.gradient(index), to - from - trueDecay);
                    decay.add(step.decay(index, step.gradient(index)), trueDecay);
                }
                assertThat(gradient.relative()).as(moments.parameter().name()).isLessThan(1e-5);
                assertThat(decay.relative()).as(moments.parameter().name()).isLessThan(1e-5);
            }
        }
    }

    private static final class Distance {
        private double squares;
        private double truth;

        void add(double value, double trueValue) {
            squares += (value - trueValue) * (value - trueValue);
            truth += trueValue * trueValue;
        }

        double relative() {
            return Math.sqrt(squares / truth);
        }
    }

    @Test
    void theTableHasNormsAlignmentAndSpectraOfEveryMatrix() throws IOException {
        try (Workers workers = new Workers(2)) {
            CheckpointSeries series = CheckpointSeries.of(Fixtures.get("nanogpt"));
            StepParts parts = new StepParts(folder, OptionalDouble.empty(), workers);
            assertThat(parts.extend(series, series.steps().keySet())).contains(folder.resolve("step_parts.csv"));
            assertThat(parts.remarks()).isEmpty();
        }
        List<MatrixParts> rows = StepPartsTable.read(folder.resolve("step_parts.csv"));
        assertThat(rows).hasSize(4 * 6);
        MatrixParts projection = rows.stream()
                .filter(row -> row.step() == 3 && row.tensor().equals("transformer.h.0.attn.c_proj.weight"))
                .findFirst()
                .orElseThrow();
        try (Checkpoint checkpoint = Checkpoint.open(Fixtures.get("nanogpt/out-3"))) {
            AdamMoments moments = checkpoint.optimizer().orElseThrow().moments().get(projection.tensor());
            AdamStep step = new AdamStep(moments, OptionalDouble.empty());
            double gradients = 0;
            double decays = 0;
            double products = 0;
            for (long index = 0; index < 64; index++) {
                double gradient = step.gradient(index);
                double decay = step.decay(index, gradient);
                gradients += gradient * gradient;
                decays += decay * decay;
                products += gradient * decay;
            }
            assertThat(projection.rows()).isEqualTo(8);
            assertThat(projection.gradientNorm()).isCloseTo(Math.sqrt(gradients), within(1e-12));
            assertThat(projection.decayNorm()).isCloseTo(Math.sqrt(decays), within(1e-12));
            assertThat(projection.alignment()).isCloseTo(products / Math.sqrt(gradients * decays), within(1e-9));
            assertThat(projection.gradientShare()).isCloseTo(gradients / (gradients + decays), within(1e-9));
            assertThat(projection.directionOverlap()).isBetween(0.0, 1.0);
            assertThat(projection.gradientSigmas()).hasSize(5).isSortedAccordingTo((a, b) -> Double.compare(b, a));
            double energy = projection.gradientSigmas().stream()
                    .mapToDouble(sigma -> sigma * sigma)
                    .sum();
            assertThat(energy).isBetween(0.8 * gradients, gradients);
        }
    }

    /** θ is an outer product, and with it θ′, whose norms are known. */
    @Test
    void aMatrixOfRankOneHasOneSingularValue() {
        double[] column = {1, -2, 3};
        double[] row = {0.5, 0.25};
        AdamMoments moments = HandMade.moments(3, 2, index -> column[(int) index / 2] * row[(int) index % 2]);
        try (Workers workers = new Workers(1)) {
            MatrixParts parts = new PartsOfMatrix(workers, OptionalDouble.empty()).measure(7, moments);
            double norm = 0.1 * 0.2 / (1 - 0.1 * 0.2) * Math.sqrt(14) * Math.sqrt(0.3125);
            assertThat(parts.decaySigmas()).hasSize(2);
            assertThat(parts.decaySigmas().getFirst()).isCloseTo(norm, within(1e-12));
            assertThat(parts.decaySigmas().getLast()).isCloseTo(0, within(1e-12));
            assertThat(parts.gradientNorm()).isZero();
            assertThat(parts.gradientSigmas()).containsOnly(0.0);
            assertThat(parts.alignment()).isNaN();
            assertThat(parts.gradientShare()).isZero();
        }
    }

    @Test
    void decayInsideOfTheGradientIsNotTakenApart() {
        AdamMoments moments = HandMade.moments(3, 2, index -> 1 + index);
        AdamSettings settings = moments.settings();
        AdamSettings coupled = new AdamSettings(
                settings.learningRate(),
                settings.beta1(),
                settings.beta2(),
                settings.epsilon(),
                settings.weightDecay(),
                false,
                true);
        AdamStep step = new AdamStep(
                new AdamMoments(moments.parameter(), moments.first(), moments.second(), 3, coupled),
                OptionalDouble.empty());
        assertThat(step.decays()).isFalse();
        assertThat(step.decay(0, step.gradient(0))).isZero();
    }

    @Test
    void checkpointsWithoutAStateLeaveNoTable() throws IOException {
        Files.writeString(folder.resolve("step_parts.csv"), "of an earlier analysis");
        try (Workers workers = new Workers(1)) {
            CheckpointSeries series = CheckpointSeries.of(Fixtures.get("flat"));
            assertThat(new StepParts(folder, OptionalDouble.empty(), workers)
                            .extend(series, series.steps().keySet()))
                    .isEmpty();
        }
        assertThat(folder.resolve("step_parts.csv")).doesNotExist();
    }

    /** The first checkpoints are gone when the last comes, so that their rows can only be those that were measured before. */
    @Test
    void whatIsMeasuredOnceIsKept() throws IOException {
        Path whole = Files.createDirectory(folder.resolve("whole"));
        Path grown = Files.createDirectory(folder.resolve("grown"));
        Path later = Files.createDirectories(folder.resolve("checkpoints/out-4"));
        Files.copy(Fixtures.get("nanogpt/out-4/ckpt.pt"), later.resolve("ckpt.pt"));
        CheckpointSeries all = CheckpointSeries.of(Fixtures.get("nanogpt"));
        CheckpointSeries last = CheckpointSeries.of(folder.resolve("checkpoints"));
        try (Workers workers = new Workers(1)) {
            new StepParts(whole, OptionalDouble.empty(), workers).extend(all, List.of(1L, 2L, 3L, 4L));
            StepParts first = new StepParts(grown, OptionalDouble.empty(), workers);
            first.extend(all, List.of(1L, 2L));
            first.extend(all, List.of(1L, 2L, 3L));
            StepParts second = new StepParts(grown, OptionalDouble.empty(), workers);
            second.keep(List.of(1L, 2L, 3L));
            second.extend(last, List.of(1L, 2L, 3L, 4L));
        }
        assertThat(grown.resolve("step_parts.csv")).hasSameTextualContentAs(whole.resolve("step_parts.csv"));
    }

    @Test
    void rowsOfStepsThatAreNotNamedAreMeasuredAnew() throws IOException {
        CheckpointSeries all = CheckpointSeries.of(Fixtures.get("nanogpt"));
        try (Workers workers = new Workers(1)) {
            new StepParts(folder, OptionalDouble.of(0.5), workers).extend(all, List.of(1L, 2L));
            StepParts other = new StepParts(folder, OptionalDouble.of(0.25), workers);
            other.keep(List.of(1L));
            other.extend(all, List.of(1L, 2L));
        }
        Map<Long, Double> decay = new HashMap<>();
        StepPartsTable.read(folder.resolve("step_parts.csv"))
                .forEach(row -> decay.merge(row.step(), row.decayNorm(), Double::sum));
        // η scales the decay part: what was kept is of the greater one.
        assertThat(decay.get(1L)).isGreaterThan(1.5 * decay.get(2L));
    }

    @Test
    void aStateThatFitsNoModelIsARemarkAndNoFailure() throws IOException {
        for (int step = 1; step <= 2; step++) {
            Path target = Files.createDirectory(folder.resolve("checkpoint-" + step));
            Files.copy(
                    Fixtures.get("flat/gpt2-step" + step + "-lr0.01.safetensors"), target.resolve("model.safetensors"));
            Files.copy(Fixtures.get("trainer/checkpoint-" + step + "/optimizer.pt"), target.resolve("optimizer.pt"));
        }
        try (Workers workers = new Workers(1)) {
            StepParts parts = new StepParts(folder, OptionalDouble.empty(), workers);
            assertThat(parts.extend(CheckpointSeries.of(folder), List.of(1L, 2L)))
                    .isEmpty();
            assertThat(parts.remarks())
                    .singleElement()
                    .asString()
                    .startsWith("no exact parts of steps: ")
                    .contains("the optimiser numbers its 16 parameters");
        }
        assertThat(folder.resolve("step_parts.csv")).doesNotExist();
    }
}
