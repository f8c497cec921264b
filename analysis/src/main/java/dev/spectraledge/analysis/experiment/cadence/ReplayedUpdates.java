package dev.spectraledge.analysis.experiment.cadence;

import dev.spectraledge.analysis.experiment.VectorProducts;
import dev.spectraledge.analysis.experiment.weights.WindowAngles;
import dev.spectraledge.analysis.spectrum.GramMatrix;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.ParameterSubset;
import dev.spectraledge.trainer.Update;
import dev.spectraledge.trainer.UpdateObserver;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.LongPredicate;

/**
 * The last few updates of θ_A over a number of steps each that a replay passes, with the decay parts that the optimiser summed
 * over every step; all FLOAT64 {@code [1, p]}. Inner products are computed when a window asks for them.
 */
final class ReplayedUpdates implements UpdateObserver {
    private final MemoryOwner owner = MemoryOwner.open("replayed updates");
    private final Backend backend;
    private final int stride;
    private final int capacity;
    private final LongPredicate wanted;
    private final Tensor before;
    private final Tensor[] totals;
    private final Tensor[] decays;
    private final boolean[] estimated;
    /** ⟨Δ_i, Δ_j⟩ and ⟨Δ_i, w_j⟩ by place in the ring; NaN where not computed yet. */
    private final double[][] gram;

    private final double[][] cross;
    private int next;
    private int count;
    private long step;

    /**
     * Keeps updates of runs with one weight vector.
     *
     * @param backend of the host, which also trains: what is kept depends on the step
     * @param capacity most updates that are kept
     * @param size p
     * @param wanted steps that end an update which is kept; others are passed over
     */
    ReplayedUpdates(Backend backend, int stride, int capacity, long size, LongPredicate wanted) {
        this.backend = backend;
        this.stride = stride;
        this.capacity = capacity;
        this.wanted = wanted;
        before = backend.allocate(owner, DType.FLOAT64, 1, size);
        totals = new Tensor[capacity];
        decays = new Tensor[capacity];
        for (int slot = 0; slot < capacity; slot++) {
            totals[slot] = backend.allocate(owner, DType.FLOAT64, 1, size);
            decays[slot] = backend.allocate(owner, DType.FLOAT64, 1, size);
        }
        estimated = new boolean[capacity];
        gram = new double[capacity][capacity];
        cross = new double[capacity][capacity];
    }

    @Override
    public String name() {
        return "replayed-" + stride;
    }

    @Override
    public int stride() {
        return stride;
    }

    @Override
    public ParameterSubset subset() {
        return ParameterSubset.ATTENTION;
    }

    @Override
    public void record(Update update) {
        if (wanted.test(update.step())) {
            int slot = nextSlot(update.step());
            backend.copy(update.parametersAfter(), totals[slot]);
            backend.copy(update.parametersBefore(), before);
            backend.axpy(-1, before, totals[slot]);
            backend.copy(update.decayPart(), decays[slot]);
            estimated[slot] = false;
        }
    }

    /**
     * Adds an update between two snapshots that no replay passes; its decay part is estimated by the trapezoid rule (Lifecycle
     * §4.2).
     *
     * @param decayRate ηω
     */
    void estimate(long ofStep, Tensor weightsBefore, Tensor weightsAfter, double decayRate) {
        int slot = nextSlot(ofStep);
        backend.subtract(weightsAfter, weightsBefore, totals[slot]);
        double half = -decayRate * stride / 2;
        backend.fill(decays[slot], 0);
        backend.axpy(half, weightsBefore, decays[slot]);
        backend.axpy(half, weightsAfter, decays[slot]);
        estimated[slot] = decayRate != 0;
    }

    private int nextSlot(long ofStep) {
        int slot = next;
        count = ofStep == step + stride ? Math.min(count + 1, capacity) : 1;
        next = (slot + 1) % capacity;
        step = ofStep;
        Arrays.fill(gram[slot], Double.NaN);
        Arrays.fill(cross[slot], Double.NaN);
        for (int other = 0; other < capacity; other++) {
            gram[other][slot] = Double.NaN;
            cross[other][slot] = Double.NaN;
        }
        return slot;
    }

    /** Number of updates up to {@link #step} without a gap. */
    int size() {
        return count;
    }

    /** Last step of the last update. */
    long step() {
        return step;
    }

    /** The window of the last {@code width} updates, valid until the next one is observed. */
    ReplayedWindow window(int width) {
        double[][] products = new double[width][width];
        List<Tensor> updates = new ArrayList<>();
        boolean exact = true;
        for (int row = 0; row < width; row++) {
            int slot = slot(width, row);
            updates.add(totals[slot]);
            exact &= !estimated[slot];
            for (int column = 0; column < width; column++) {
                products[row][column] = product(cross, slot, slot(width, column), decays);
            }
        }
        return new ReplayedWindow(gram(width), products, updates, exact);
    }

    /** Angle of v_1 of that window to v_1 of the one that ends a stride earlier, in degrees; needs one update more. */
    double rotation(int width) {
        WindowAngles angles = new WindowAngles(width + 1);
        angles.slide(gram(width + 1));
        return angles.angle(0);
    }

    private GramMatrix gram(int rows) {
        GramMatrix matrix = new GramMatrix(rows);
        matrix.resize(rows);
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column <= row; column++) {
                matrix.set(row, column, product(gram, slot(rows, row), slot(rows, column), totals));
            }
        }
        return matrix;
    }

    private double product(double[][] known, int slot, int other, Tensor[] others) {
        if (Double.isNaN(known[slot][other])) {
            known[slot][other] = VectorProducts.dot(backend, totals[slot], others[other]);
        }
        return known[slot][other];
    }

    private int slot(int width, int index) {
        return Math.floorMod(next - width + index, capacity);
    }

    @Override
    public Map<String, Tensor> state() {
        return Map.of();
    }

    @Override
    public void finish(int run) {
        throw new UnsupportedOperationException("a replay has one run, which is not ended before the others");
    }

    /** Nothing is written. */
    @Override
    public void flush() {}

    /** Nothing is written. */
    @Override
    public void rewindTo(long toStep) {}

    @Override
    public void close() {
        owner.close();
    }
}
