package dev.spectraledge.kernels.linalg;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.Workers;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * The exact spectrum of the last W updates of n parameters, for each of S runs. An update costs one product of the stored
 * rows with the new one; nothing else is ever recomputed.
 *
 * <p>Rows stand in a ring of W + 1 slots: the window and the row that left it last. The additional slot lets the
 * producer write the next update in place while the window stays whole, and the products of the newest row with the one
 * that just left give the rotation from the previous window to this one ({@link #overlaps}) and the norm of the change
 * of XᵀX ({@link #changeNorm}) without forming a direction.
 *
 * <p><em>Certificate.</em> Each computed product obeys |fl⟨x,y⟩ − ⟨x,y⟩| ≤ ε·Σ|xᵢyᵢ| ≤ ε‖x‖‖y‖ with ε = {@link
 * #PRODUCT_ERROR}, hence the computed Gram matrix is G + E with |E_ij| ≤ ε‖x_i‖‖x_j‖ and ‖E‖₂ ≤ ε·trace(G). By Weyl, an
 * eigenvalue is off by at most β = ε·trace(G) plus the error of the eigenvalue solver ({@link
 * SymmetricEigen#valueErrorBound}), and with δ = β/λ &lt; 1 the relative error of σ = √λ is at most 1/√(1−δ) − 1 (ours).
 * Everything but ε is rigorous to first order, and the whole is usually pessimistic by a factor of W or more. The ε itself
 * supposes that the roundings within a block of a product do not all have one sign ({@link Backend#gramRow}): a window
 * built to make them conspire could exceed it up to 64 times.
 *
 * <p>Work is split over workers by slices of n, and the parts are added in the order of the workers: results are
 * bit-identical for a fixed number of workers. An update allocates nothing, once its tensors have been seen. One thread
 * calls.
 */
public final class RollingGram {
    /** Most updates of a window. Two neighbouring windows, which have one more, still are a small eigenproblem. */
    public static final int MAXIMUM_WINDOW = SymmetricEigen.MAXIMUM_ORDER - 1;

    /**
     * ε: 2⁻⁵² for a row product of the backend without conspiring roundings ({@link Backend#gramRow}), as much again for products of float64 rows and
     * for adding the workers' parts.
     */
    public static final double PRODUCT_ERROR = 0x1p-51;

    /** Share of Σσ² up to which a σ², or a difference of such, may be rounding alone: several times what Weyl allows. */
    public static final double RESOLUTION = 8 * PRODUCT_ERROR;

    private final Backend backend;
    private final Workers workers;
    private final int runs;
    private final int window;
    private final int slots;
    private final long parameters;

    /** [S, slots, n]. */
    private final Tensor updates;
    /** By worker: [S, slots, part]. */
    private final Tensor[] parts;
    /** By slot: [S, n]. */
    private final Tensor[] slotViews;
    /** By slot and worker: [S, part]. */
    private final Tensor[][] slotParts;
    /** [workers, S, slots], products of the workers' parts of the rows with the newest update. */
    private final Tensor partials;
    /** [S, slots, slots]; entries by slot, not by age. */
    private final Tensor gram;
    /** Number of updates seen, in memory so that a checkpoint restores it. */
    private final Tensor counter;

    private final Tensor coefficients;
    private final VectorSlices slices;
    private final SymmetricEigen eigen;
    private final double[] matrix;
    private final double[] column;

    private final Workers.Task commitTask = this::commitPart;
    private final Workers.Task copyTask = this::copyPart;
    private final Workers.Task combineTask = this::combinePart;
    private Tensor[] updateSource;
    private Tensor[] combined;
    private int slot;

    /**
     * @param type of the rows, FLOAT32 or FLOAT64
     * @param runs S
     * @param window W, at most {@link #MAXIMUM_WINDOW}
     * @param parameters n
     */
    public RollingGram(
            Backend backend, Workers workers, MemoryOwner owner, DType type, int runs, int window, long parameters) {
        if (window < 1 || window > MAXIMUM_WINDOW) {
            throw new IllegalArgumentException("window must be 1 to " + MAXIMUM_WINDOW + " updates, got " + window);
        }
        if (runs < 1 || parameters < 1) {
            throw new IllegalArgumentException("a rolling window needs at least one run and one parameter, got " + runs
                    + " runs, " + parameters + " parameters");
        }
        this.backend = backend;
        this.workers = workers;
        this.runs = runs;
        this.window = window;
        this.slots = window + 1;
        this.parameters = parameters;
        slices = VectorSlices.byWorker(workers, parameters);
        updates = backend.allocate(owner, type, runs, slots, parameters);
        parts = slices.make(updates);
        slotViews = new Tensor[slots];
        slotParts = new Tensor[slots][];
        Tensor flat = updates.reshape(runs, slots * parameters);
        for (int index = 0; index < slots; index++) {
            slotViews[index] = flat.slice(1, index * parameters, (index + 1) * parameters);
            slotParts[index] = slices.make(slotViews[index]);
        }
        partials = backend.allocate(owner, DType.FLOAT64, workers.count(), runs, slots);
        gram = backend.allocate(owner, DType.FLOAT64, runs, slots, slots);
        counter = backend.allocate(owner, DType.FLOAT64, 1);
        coefficients = backend.allocate(owner, DType.FLOAT64, runs, slots);
        eigen = new SymmetricEigen(window);
        matrix = new double[window * window];
        column = new double[window];
    }

    public int runs() {
        return runs;
    }

    /** W. */
    public int window() {
        return window;
    }

    /** n. */
    public long parameters() {
        return parameters;
    }

    /** Updates seen so far. */
    public long seen() {
        return (long) counter.getDouble(0);
    }

    /** Rows in the window, w = min(W, seen). */
    public int rows() {
        return (int) Math.min(window, seen());
    }

    /**
     * The memory {@code [S, n]} of the next update: write all of it, then {@link #commit()}. Until then it holds the row
     * that left the window last.
     */
    public Tensor next() {
        return slotViews[slotOf(seen())];
    }

    /** Takes what was written to {@link #next()} as the newest row. */
    public void commit() {
        commit(commitTask);
    }

    /**
     * Copies {@code update [S, n]} to the next slot and commits it. Slices of it are remembered: callers that pass the same
     * tensor again make no garbage.
     */
    public void add(Tensor update) {
        requireVector("update", update);
        updateSource = slices.of(update);
        commit(copyTask);
    }

    /** Live view {@code [S, n]} of the row of age {@code row}, 0 being the oldest in the window. */
    public Tensor row(int row) {
        return slotViews[slotOfRow(row)];
    }

    /** ⟨δ_row, δ_column⟩ of two rows of the window, 0 being the oldest. */
    public double product(int run, int row, int column) {
        return entry(gram, run, slotOfRow(row), slotOfRow(column));
    }

    /** ⟨δ, ε⟩ of the newest row δ and the row ε that it pushed out of the window; 0 while the window fills. */
    public double productWithLeft(int run) {
        return entry(gram, run, slotOfRow(rows() - 1), slotOf(seen()));
    }

    /**
     * Computes the spectrum of the window of every run.
     *
     * @throws ArithmeticException where a product of updates is not finite
     */
    public void spectrum(WindowSpectrum target) {
        target.requireShape(runs, window);
        int rows = rows();
        if (rows == 0) {
            throw new IllegalStateException("the window is empty: no update has been added");
        }
        target.begin(seen(), rows);
        for (int run = 0; run < runs; run++) {
            double trace = 0;
            for (int row = 0; row < rows; row++) {
                for (int column = 0; column < rows; column++) {
                    double product = product(run, row, column);
                    if (!Double.isFinite(product)) {
                        throw new ArithmeticException("the product of updates " + (seen() - rows + row) + " and "
                                + (seen() - rows + column) + " of run " + run + " is " + product
                                + "; the window holds an update that is not finite, or too large to be squared");
                    }
                    matrix[row * rows + column] = product;
                }
                trace += product(run, row, row);
            }
            eigen.decompose(matrix, rows);
            target.set(run, eigen, trace);
            for (int index = 0; index < rows; index++) {
                double bound = PRODUCT_ERROR * trace + eigen.valueErrorBound(index);
                target.setErrors(run, index, relativeError(bound, eigen.value(index)), 0);
            }
        }
    }

    /**
     * out ← v_k = Xᵀu_k/σ_k for every run, as unit vectors {@code [S, n]}.
     *
     * @param spectrum of the window as it is now
     */
    public void direction(WindowSpectrum spectrum, int index, Tensor out) {
        requireCurrent(spectrum);
        requireVector("direction", out);
        backend.fill(coefficients, 0);
        for (int run = 0; run < runs; run++) {
            double singularValue = spectrum.singularValue(run, index);
            if (singularValue == 0) {
                throw new ArithmeticException("direction " + index + " of run " + run
                        + " does not exist: its singular value is 0 (rank-deficient window)");
            }
            for (int row = 0; row < spectrum.rows(); row++) {
                double coefficient = spectrum.leftVector(run, index, row) / singularValue;
                coefficients.run(run).segment().setAtIndex(ValueLayout.JAVA_DOUBLE, slotOfRow(row), coefficient);
            }
        }
        combined = slices.of(out);
        workers.run(combineTask);
    }

    /**
     * Rotation from the previous window to this one: {@code out[i·W + j]} ← ⟨v_i(t), v_j(t−1)⟩ = u_i(t)ᵀ·X(t)X(t−1)ᵀ·
     * u_j(t−1)/(σ_i(t)σ_j(t−1)) for all rows i of {@code current} and j of {@code previous}; NaN where a σ is 0, and
     * other entries of {@code out} untouched. The rounding error is about {@link #PRODUCT_ERROR}·trace/(σ_iσ_j).
     *
     * @param current spectrum of the window as it is now
     * @param previous spectrum one update ago
     * @param out W·W elements
     */
    public void overlaps(int run, WindowSpectrum current, WindowSpectrum previous, double[] out) {
        requireCurrent(current);
        previous.requireShape(runs, window);
        if (previous.updates() != seen() - 1) {
            throw new IllegalArgumentException("overlaps need the spectrum after update " + (seen() - 1)
                    + ", the previous spectrum was taken after update " + previous.updates());
        }
        long firstOfCurrent = current.updates() - current.rows();
        long firstOfPrevious = previous.updates() - previous.rows();
        for (int j = 0; j < previous.rows(); j++) {
            for (int row = 0; row < current.rows(); row++) {
                double sum = 0;
                for (int other = 0; other < previous.rows(); other++) {
                    sum += previous.leftVector(run, j, other)
                            * entry(gram, run, slotOf(firstOfCurrent + row), slotOf(firstOfPrevious + other));
                }
                column[row] = sum / previous.singularValue(run, j);
            }
            for (int i = 0; i < current.rows(); i++) {
                double sum = 0;
                for (int row = 0; row < current.rows(); row++) {
                    sum += current.leftVector(run, i, row) * column[row];
                }
                out[i * window + j] = sum / current.singularValue(run, i);
            }
        }
    }

    /**
     * ‖ΔG‖_F of the change of the n × n matrix XᵀX by the last update, which has rank 2: with the newest row δ and the
     * row ε that it replaced, ‖δδᵀ − εεᵀ‖_F² = ‖δ‖⁴ + ‖ε‖⁴ − 2⟨δ, ε⟩² (ours); ε = 0 while the window fills.
     */
    public double changeNorm(int run) {
        int newest = slotOfRow(rows() - 1);
        int left = slotOf(seen());
        double added = entry(gram, run, newest, newest);
        double removed = entry(gram, run, left, left);
        double product = productWithLeft(run);
        // (added − removed)² + 2(added·removed − product²) is the same without cancellation between nearly equal rows.
        double difference = added - removed;
        return Math.sqrt(difference * difference + 2 * Math.max(added * removed - product * product, 0));
    }

    /**
     * Everything that is carried from one update to the next, as live tensors: overwriting them with those of another
     * instance of the same shape continues it bit for bit.
     */
    public Map<String, Tensor> state() {
        Map<String, Tensor> state = new LinkedHashMap<>();
        state.put("seen", counter);
        state.put("gram", gram);
        state.put("window", updates);
        return state;
    }

    /** Relative error of √λ where λ is known to ± {@code bound}: 1/√(1−δ) − 1 with δ = bound/λ. */
    static double relativeError(double bound, double value) {
        double delta = bound / value;
        return value > 0 && delta < 1 ? 1 / Math.sqrt(1 - delta) - 1 : Double.POSITIVE_INFINITY;
    }

    private void commit(Workers.Task task) {
        long seen = seen();
        slot = slotOf(seen);
        workers.run(task);
        collect();
        counter.segment().setAtIndex(ValueLayout.JAVA_DOUBLE, 0, seen + 1.0);
    }

    private void copyPart(int worker) {
        if (!slices.isEmpty(worker)) {
            backend.copy(updateSource[worker], slotParts[slot][worker]);
            commitPart(worker);
        }
    }

    private void commitPart(int worker) {
        if (!slices.isEmpty(worker)) {
            backend.gramRow(parts[worker], slotParts[slot][worker], partials.run(worker));
        }
    }

    private void combinePart(int worker) {
        if (!slices.isEmpty(worker)) {
            backend.combineRows(parts[worker], coefficients, combined[worker]);
        }
    }

    /** Adds the workers' parts in their order, with a correction for rounding, to the slot's row and column. */
    private void collect() {
        for (int run = 0; run < runs; run++) {
            MemorySegment target = gram.run(run).segment();
            for (int other = 0; other < slots; other++) {
                double product =
                        CorrectedSum.of(partials, (long) run * slots + other, (long) runs * slots, workers.count());
                target.setAtIndex(ValueLayout.JAVA_DOUBLE, (long) slot * slots + other, product);
                target.setAtIndex(ValueLayout.JAVA_DOUBLE, (long) other * slots + slot, product);
            }
        }
    }

    private double entry(Tensor products, int run, int row, int column) {
        return products.run(run).segment().getAtIndex(ValueLayout.JAVA_DOUBLE, (long) row * slots + column);
    }

    private int slotOf(long update) {
        return (int) Math.floorMod(update, (long) slots);
    }

    private int slotOfRow(int row) {
        return slotOf(seen() - rows() + Objects.checkIndex(row, rows()));
    }

    private void requireCurrent(WindowSpectrum spectrum) {
        spectrum.requireShape(runs, window);
        if (spectrum.updates() != seen()) {
            throw new IllegalArgumentException("the spectrum was taken after update " + spectrum.updates()
                    + ", the window has seen " + seen() + " updates");
        }
    }

    private void requireVector(String name, Tensor vector) {
        if (vector.rank() != 2 || vector.size(0) != runs || vector.size(1) != parameters) {
            throw new IllegalArgumentException(
                    name + " must have shape [" + runs + ", " + parameters + "], got " + vector);
        }
    }
}
