package dev.spectraledge.analysis.experiment.dynamics;

import dev.spectraledge.analysis.experiment.Continuation;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.config.RunConfig;
import dev.spectraledge.trainer.step.StepIntervention;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * The sum of the gradients of the last steps before a snapshot, before clipping (Lifecycle §4.24): those that the run was
 * trained with, found by training it once more from an earlier snapshot.
 */
final class TrainingGradients {
    /** Steps that are summed, as published. */
    static final long WINDOW = 50;

    /** More steps than these are not repeated for a sum. */
    private static final long LONGEST = 150;

    private TrainingGradients() {}

    /**
     * From which snapshot the steps before {@code step} can be repeated; empty where the run kept no optimiser's state near
     * enough, or its batches came from a file.
     */
    static OptionalLong start(StudiedRun run, long step) {
        Long snapshot = run.steps().floor(step - WINDOW);
        boolean repeatable = snapshot != null
                && step - snapshot <= LONGEST
                && run.config().training().batches() == null
                && run.optimizerState(snapshot).isPresent();
        return repeatable ? OptionalLong.of(snapshot) : OptionalLong.empty();
    }

    /**
     * Trains again.
     *
     * @param start of {@link #start}
     * @param target FLOAT64 {@code [1, P]}
     */
    static void sum(StudiedRun run, long start, long step, Tensor target) {
        Backend backend = run.backends().training();
        try (MemoryOwner owner = MemoryOwner.open("gradients of training")) {
            Tensor sum =
                    backend.allocate(owner, run.config().training().precision().type(), target.shape());
            StepIntervention adding = (index, ofStep, parameters, gradient) -> {
                if (ofStep > step - WINDOW) {
                    backend.axpy(1, gradient, sum);
                }
            };
            List<RunConfig> same = List.of(Continuation.changed(run.config(), Map.of()));
            try (Continuation training = Continuation.carriedOver(run, same, start, adding)) {
                training.advanceTo(step - start);
            }
            backend.copy(sum, target);
        }
    }
}
