package dev.spectraledge.analysis.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.cpu.CpuBackend;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.config.RunConfig;
import dev.spectraledge.trainer.step.StepIntervention;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A small model is trained for six steps and kept after four of them. */
class ContinuationTest {
    private static final long KEPT = 4;
    private static final long STEPS = 6;

    @TempDir
    private static Path folder;

    private static RunConfig config;
    private static StudiedRun run;
    private static double[] undisturbed;

    @BeforeAll
    static void train() {
        run = TinyTraining.write(folder, List.of(KEPT, STEPS));
        config = run.config();
        try (MemoryOwner owner = MemoryOwner.open("undisturbed")) {
            undisturbed = numbers(run.weights(owner, STEPS).flat());
        }
    }

    private static double[] numbers(Tensor flat) {
        double[] numbers = new double[(int) flat.size(1)];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = flat.get(0, i);
        }
        return numbers;
    }

    @Test
    void withItsStateCarriedOverARunGoesOnAsIfItHadNotBeenInterrupted() {
        RunConfig same = Continuation.changed(config, Map.of());
        try (Continuation continuation = Continuation.carriedOver(run, List.of(same), KEPT)) {
            continuation.advanceTo(STEPS - KEPT);
            // Another number of workers may add in another order.
            assertDistance(continuation.weights(0), 0, 1e-9);
        }
    }

    @Test
    void withAFreshOptimiserItDoesNot() {
        RunConfig same = Continuation.changed(config, Map.of());
        try (Continuation continuation = Continuation.fresh(run, List.of(same), KEPT)) {
            continuation.advanceTo(STEPS - KEPT);
            assertThat(distance(continuation.weights(0))).isGreaterThan(1e-3);
        }
    }

    @Test
    void onlyTheChangedKeysDiffer() {
        RunConfig stronger = Continuation.changed(config, Map.of("weightDecay", 5.0));
        try (Continuation continuation = Continuation.fresh(run, List.of(config, stronger), KEPT)) {
            continuation.advanceTo(1);
            // The same gradient: the difference is (5 − 1)ηθ of the weights before the step.
            try (MemoryOwner owner = MemoryOwner.open("expected")) {
                Tensor before = run.weights(owner, KEPT).flat();
                CpuBackend backend = new CpuBackend();
                Tensor difference = backend.allocate(owner, DType.FLOAT64, 1, before.size(1));
                backend.subtract(continuation.weights(0), continuation.weights(1), difference);
                backend.axpy(-4 * config.training().learningRate(), before, difference);
                assertThat(VectorProducts.norm(backend, difference)).isCloseTo(0, within(1e-12));
            }
        }
    }

    /** Each is computed by one worker, as the run was: not a bit differs. */
    @Test
    void sideBySideWithTheRunsBatchesItIsTheRunAndWithOthersItIsNot() {
        long seed = config.training().seed();
        try (Continuation continuation =
                Continuation.sideBySide(run, List.of(seed + 1, seed, seed), KEPT, StepIntervention.NONE)) {
            continuation.advanceTo(STEPS - KEPT);
            assertThat(numbers(continuation.weights(1))).containsExactly(undisturbed);
            assertThat(numbers(continuation.weights(2))).containsExactly(undisturbed);
            assertThat(distance(continuation.weights(0))).isGreaterThan(1e-4);
        }
    }

    @Test
    void aStepWithoutAKeptStateSaysWhatKeepsIt() {
        assertThatThrownBy(() -> Continuation.sideBySide(run, List.of(1L), 5, StepIntervention.NONE))
                .isInstanceOf(RunException.class)
                .hasMessageContaining("saved no optimiser state at step 5 (checkpoints.optimizerState=true saves it)");
    }

    private static void assertDistance(Tensor weights, double expected, double tolerance) {
        assertThat(distance(weights)).isCloseTo(expected, within(tolerance));
    }

    private static double distance(Tensor weights) {
        double[] found = numbers(weights);
        double squares = 0;
        for (int i = 0; i < found.length; i++) {
            squares += (found[i] - undisturbed[i]) * (found[i] - undisturbed[i]);
        }
        return Math.sqrt(squares);
    }
}
