package dev.spectraledge.analysis.experiment;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.ParameterSubset;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.UpdateObserver;
import dev.spectraledge.trainer.config.StepOrEvent;
import java.util.List;
import java.util.NavigableSet;
import java.util.OptionalLong;

/**
 * A stretch of a run's training, done once more from a kept snapshot, so that observers see what lies between the snapshots:
 * updates at any cadence, with the decay part of every single step. The same program, precision and number of threads repeat
 * a run on the CPU bit for bit; whatever differs shows as a distance from the snapshots that the run kept on the way. Ours.
 */
public final class TrainingReplay implements AutoCloseable {
    private final MemoryOwner owner = MemoryOwner.open("replay");
    private final Backend backend;
    private final StudiedRun run;
    private final long start;
    private final Continuation training;
    private final Tensor kept;
    private final Tensor own;
    private long step;
    private double distance;

    /**
     * Begins at a snapshot.
     *
     * @param start of {@link #start}
     * @param observers see all updates from there on; they are not closed
     * @throws RunException if the run kept no state there, or its weight decay changes after an event of the run
     */
    public TrainingReplay(StudiedRun run, long start, List<? extends UpdateObserver> observers) {
        this.run = run;
        backend = run.backend();
        this.start = start;
        step = start;
        if (!isRepeatable(run)) {
            throw new RunException(run.name() + ": cannot be repeated, because its weight decay changes after an event"
                    + " (training.weightDecayChange)");
        }
        long size = run.layout().size(ParameterSubset.ATTENTION);
        kept = backend.allocate(owner, DType.FLOAT64, 1, size);
        own = backend.allocate(owner, DType.FLOAT64, 1, size);
        try {
            training = Continuation.repeated(run, start, observers);
        } catch (RuntimeException unusable) {
            owner.close();
            throw unusable;
        }
    }

    private static boolean isRepeatable(StudiedRun run) {
        StepOrEvent change = run.config().training().weightDecayChange();
        return change == null || change.event() == null;
    }

    /** The last snapshot, not after {@code step}, from which the run can be repeated; empty if there is none. */
    public static OptionalLong start(StudiedRun run, long step) {
        NavigableSet<Long> before = run.steps().headSet(step, true).descendingSet();
        return isRepeatable(run)
                ? before.stream()
                        .filter(snapshot ->
                                snapshot == 0 || run.optimizerState(snapshot).isPresent())
                        .mapToLong(Long::longValue)
                        .findFirst()
                : OptionalLong.empty();
    }

    /** Trains until a step is done. */
    public void advanceTo(long last) {
        for (long snapshot : run.steps().subSet(step, false, last, true)) {
            training.advanceTo(snapshot - start);
            compare(snapshot);
        }
        training.advanceTo(last - start);
        step = last;
    }

    private void compare(long snapshot) {
        run.readAttention(snapshot, kept);
        double norm = VectorProducts.norm(backend, kept);
        backend.copy(training.weights(0).slice(1, 0, own.size(1)), own);
        backend.axpy(-1, kept, own);
        distance = Math.max(distance, VectorProducts.norm(backend, own) / norm);
    }

    /** Largest ‖θ_A − θ′_A‖/‖θ_A‖ to the run's own snapshots that were passed; 0 if it was repeated bit for bit. */
    public double distance() {
        return distance;
    }

    @Override
    public void close() {
        training.close();
        owner.close();
    }
}
