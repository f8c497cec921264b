package dev.spectraledge.analysis.experiment;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.linalg.SymmetricEigen;
import dev.spectraledge.trainer.ParameterSubset;
import dev.spectraledge.trainer.RunException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * The updates between neighbouring snapshots up to one of them, uncentred unless asked for, and their singular value decomposition through
 * the Gram matrix in double: Δ = U diag(σ) Vᵀ, v_k = Δᵀu_k/σ_k (Lifecycle §4.0). All vectors are FLOAT64 {@code [1, p]} in the
 * order of the subset's prefix of the parameter layout. The sign of a direction is arbitrary; here its product with the
 * window's last update is not negative.
 */
public final class UpdateWindow implements AutoCloseable {
    /** The paper's edge: directions 1 and 2. */
    public static final int EDGE = 2;

    /** What is watched: θ_A. */
    public static final ParameterSubset SUBSET = ParameterSubset.ATTENTION;

    private final MemoryOwner owner = MemoryOwner.open("update window");
    private final Backend backend;
    private final long[] steps;
    private final List<Tensor> weights = new ArrayList<>();
    private final List<Tensor> updates = new ArrayList<>();
    private final double[] singularValues;
    private final List<Tensor> directions = new ArrayList<>();

    private UpdateWindow(StudiedRun run, long[] steps, boolean centred) {
        this.steps = steps;
        backend = run.backend();
        for (long step : steps) {
            Tensor own = vector(run.layout().size(SUBSET));
            run.readAttention(step, own);
            weights.add(own);
        }
        int rows = steps.length - 1;
        for (int i = 0; i < rows; i++) {
            Tensor update = vector(run.layout().size(SUBSET));
            backend.subtract(weights.get(i + 1), weights.get(i), update);
            updates.add(update);
        }
        if (centred) {
            centre();
        }
        singularValues = new double[rows];
        decompose();
    }

    /** Takes the mean of the updates from each of them. */
    private void centre() {
        Tensor mean = vector(updates.getFirst().size(1));
        updates.forEach(update -> backend.axpy(1.0 / updates.size(), update, mean));
        updates.forEach(update -> backend.axpy(-1, mean, update));
    }

    /**
     * The window that ends at a snapshot, of at most {@code width} updates of {@code stride} steps each; fewer where the run
     * begins.
     *
     * @throws RunException if a snapshot is missing, or there are fewer than two updates
     */
    public static UpdateWindow ending(StudiedRun run, long step, long stride, int width) {
        List<Long> members = SnapshotSteps.window(run.steps(), step, stride, width);
        if (members.isEmpty()) {
            throw new RunException(run.name() + ": no window ends at step " + step
                    + ": it needs at least two updates of " + stride + " steps, and all of its snapshots");
        }
        return new UpdateWindow(run, members.stream().mapToLong(Long::longValue).toArray(), false);
    }

    /**
     * The full window that ends at a snapshot, of the updates less their mean (thesis §6), so that it has a direction less; empty where
     * a snapshot of it is missing.
     */
    public static Optional<UpdateWindow> centred(StudiedRun run, long step, long stride, int width) {
        List<Long> members = SnapshotSteps.window(run.steps(), step, stride, width);
        return members.size() < width + 1
                ? Optional.empty()
                : Optional.of(new UpdateWindow(
                        run, members.stream().mapToLong(Long::longValue).toArray(), true));
    }

    /** Whether all snapshots of {@link #ending} are there. */
    public static boolean exists(StudiedRun run, long step, long stride, int width) {
        return !SnapshotSteps.window(run.steps(), step, stride, width).isEmpty();
    }

    /** Looks at the window of the run's usual cadence at each of some steps; a remark says where there is none. */
    public static void atEach(
            StudiedRun run, Collection<Long> steps, int width, Findings findings, Consumer<UpdateWindow> measurement) {
        long stride = Cadences.published(run);
        List<Long> without = new ArrayList<>();
        for (long step : steps) {
            if (exists(run, step, stride, width)) {
                try (UpdateWindow window = ending(run, step, stride, width)) {
                    measurement.accept(window);
                }
            } else {
                without.add(step);
            }
        }
        lack(run, without, stride, findings);
    }

    /** Says at which steps no window ends, if there are any. */
    public static void lack(StudiedRun run, Collection<Long> steps, long stride, Findings findings) {
        if (!steps.isEmpty()) {
            findings.lack(
                    "no window of two or more updates of " + stride + " steps ends at step "
                            + steps.stream().distinct().map(String::valueOf).collect(Collectors.joining(", ")),
                    Cadences.settings(run));
        }
    }

    private Tensor vector(long elements) {
        return backend.allocate(owner, DType.FLOAT64, 1, elements);
    }

    private void decompose() {
        int rows = updates.size();
        double[] gram = new double[rows * rows];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j <= i; j++) {
                gram[i * rows + j] = dot(updates.get(i), updates.get(j));
                gram[j * rows + i] = gram[i * rows + j];
            }
        }
        SymmetricEigen eigen = new SymmetricEigen(rows);
        eigen.decompose(gram, rows);
        for (int k = 0; k < rows; k++) {
            singularValues[k] = Math.sqrt(Math.max(0, eigen.value(k)));
            Tensor direction = vector(updates.getFirst().size(1));
            if (singularValues[k] > 0) {
                for (int i = 0; i < rows; i++) {
                    backend.axpy(eigen.vector(k, i) / singularValues[k], updates.get(i), direction);
                }
                double sign = dot(direction, updates.getLast()) < 0 ? -1 : 1;
                backend.scale(sign / Math.sqrt(dot(direction, direction)), direction);
            }
            directions.add(direction);
        }
    }

    private double dot(Tensor x, Tensor y) {
        return VectorProducts.dot(backend, x, y);
    }

    /** Number of updates. */
    public int size() {
        return updates.size();
    }

    /** Step of the last snapshot. */
    public long step() {
        return steps[steps.length - 1];
    }

    /** Steps between update {@code i}'s snapshots. */
    public long interval(int i) {
        return steps[i + 1] - steps[i];
    }

    /** σ_k, descending, k from 0. */
    public double singularValue(int k) {
        return singularValues[k];
    }

    /** v_k, a unit vector; zero where σ_k = 0. */
    public Tensor direction(int k) {
        return directions.get(k);
    }

    /** Directions {@code [from, to)} as far as there are any. */
    public List<Tensor> directions(int from, int to) {
        return directions.subList(Math.min(from, size()), Math.min(to, size()));
    }

    /** Update {@code i}, the oldest first. */
    public Tensor update(int i) {
        return updates.get(i);
    }

    /** θ_A before update {@code i}; that after the last one is number {@link #size}. */
    public Tensor weights(int i) {
        return weights.get(i);
    }

    @Override
    public void close() {
        owner.close();
    }
}
