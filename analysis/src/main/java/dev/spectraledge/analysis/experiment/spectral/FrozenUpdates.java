package dev.spectraledge.analysis.experiment.spectral;

import dev.spectraledge.analysis.experiment.AttentionGram;
import dev.spectraledge.analysis.experiment.Continuation;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.spectrum.GramMatrix;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.ParameterSubset;
import dev.spectraledge.trainer.config.TrainingConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What the optimiser would do to θ_A if θ did not move: the run goes on from a snapshot with its optimiser's state, batches and
 * clipping, but after every step the weights are put back. What its updates have in common, weight decay and the mean gradient, is
 * no noise, so that a row of noise is the difference of two of them, divided by √2: its mean is 0, its covariance that of one
 * update, and rows are independent but for the optimiser's memory.
 */
final class FrozenUpdates {
    /** Of what the optimiser remembers when θ stops, e⁻⁵ is left when the first update begins. */
    private static final double SETTLING = 5;

    private FrozenUpdates() {}

    /**
     * The Gram matrix of a window's updates, the oldest first, and then of rows of noise.
     *
     * @param snapshots of the window, equally spaced; noise is that at the last one, of which the optimiser's state was kept
     * @param noise rows of noise
     */
    static GramMatrix gram(StudiedRun run, List<Long> snapshots, int noise) {
        long interval = snapshots.get(1) - snapshots.get(0);
        try (MemoryOwner owner = MemoryOwner.open("frozen updates")) {
            return new AttentionGram(run).ofUpdates(snapshots, noise(run, owner, snapshots.getLast(), interval, noise));
        }
    }

    private static double settling(TrainingConfig training) {
        return SETTLING / (1 - Math.max(Math.max(training.beta1(), training.beta2()), training.momentum()));
    }

    /**
     * Rows of noise of θ_A, {@code [1, p]} in memory of {@code owner}; added up in double, they are kept in the precision in which
     * weights are.
     */
    static List<Tensor> noise(StudiedRun run, MemoryOwner owner, long step, long interval, int count) {
        Backend backend = run.backend();
        long size = run.layout().size(ParameterSubset.ATTENTION);
        List<Tensor> rows = new ArrayList<>();
        try (Continuation training =
                        Continuation.carriedOver(run, List.of(Continuation.changed(run.config(), Map.of())), step);
                MemoryOwner scratch = MemoryOwner.open("frozen weights")) {
            Tensor weights = training.weights(0);
            Tensor frozen = backend.allocate(scratch, weights.type(), 1, weights.size(1));
            Tensor current = backend.allocate(scratch, DType.FLOAT64, 1, size);
            Tensor difference = backend.allocate(scratch, DType.FLOAT64, 1, size);
            backend.copy(weights, frozen);
            long done = 0;
            while (done < settling(run.config().training())) {
                training.advanceTo(++done);
                training.setWeights(frozen);
            }
            for (int row = 0; row < count; row++) {
                backend.fill(difference, 0);
                for (long end = done + 2 * interval; done < end; ) {
                    double sign = end - done > interval ? 1 : -1;
                    training.advanceTo(++done);
                    backend.copy(training.weights(0).slice(1, 0, size), current);
                    backend.axpy(sign / Math.sqrt(2), current, difference);
                    training.setWeights(frozen);
                }
                Tensor kept = backend.allocate(owner, weights.type(), 1, size);
                backend.copy(difference, kept);
                rows.add(kept);
            }
        }
        return rows;
    }
}
