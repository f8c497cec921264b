package dev.spectraledge.kernels.linalg;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.Workers;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
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
 * <p><em>Companions</em> are other vectors that come with each update, such as its gradient part. They have rings of
 * their own, and the products C_ij = ⟨companion_i, update_j⟩ of all rows are kept; from them ⟨companion_i, v_k⟩ = Σ_j
 * u_jk·C_ij/σ_k ({@link #projection}) without forming v_k.
 *
 * <p><em>Certificate.</em> Each computed product obeys |fl⟨x,y⟩ − ⟨x,y⟩| ≤ ε·Σ|xᵢyᵢ| ≤ ε‖x‖‖y‖ with ε = {@link
 * #PRODUCT_ERROR}, hence the computed Gram matrix is G + E with |E_ij| ≤ ε‖x_i‖‖x_j‖ and ‖E‖₂ ≤ ε·trace(G). By Weyl, an
 * eigenvalue is off by at most β = ε·trace(G) plus the error of the eigenvalue solver ({@link
 * SymmetricEigen#valueErrorBound}), and with δ = β/λ < 1 the relative error of σ = √λ is at most 1/√(1−δ) − 1 (ours).
 * Everything but ε is rigorous to first order, and the whole is usually pessimistic by a factor of W or more. The ε itself
 * supposes that the roundings within a block of a product do not all have one sign ({@link Backend#gramRow}): a window
 * built to make them conspire could exceed it up to 64 times.
 *
 * <p>Work is split over workers by slices of n, and the parts are added in the order of the workers: results are
 * bit-identical for a fixed number of workers. An update allocates nothing, once its tensors have been seen. One thread
 * calls.
 */
public final class RollingGram {
    /**
     * ε: 2⁻⁵² for a row product of the backend without conspiring roundings ({@link Backend#gramRow}), as much again for products of float64 rows and
     * for adding the workers' parts.
     */
    public static final double PRODUCT_ERROR = 0x1p-51;

    private static final Tensor[] NO_COMPANIONS = {};

    private final Backend backend;
    private final Workers workers;
    private final int runs;
    private final int window;
    private final int slots;
    private final long parameters;

    private final Ring updates;
    private final Ring[] companions;
    /** [S, slots, slots]; entries by slot, not by age. */
    private final Tensor gram;
    /** Per companion [S, slots, slots]: row = slot of the companion, column = slot of the update. */
    private final Tensor[] crossGrams;
    /** Number of updates seen, in memory so that a checkpoint restores it. */
    private final Tensor counter;

    private final Tensor coefficients;
    private final VectorSlices slices;
    private final SymmetricEigen eigen;
    private final double[] matrix;
    private final double[] column;

    private final Workers.Task commitTask = this::commitPart;
    private final Workers.Task copyTask = this::copyPart;
    private final Workers.Task produceAndCommitTask = this::produceAndCommitPart;
    private final Workers.Task combineTask = this::combinePart;
    private final Tensor[][] companionSources;
    private Tensor[] updateSource;
    private Workers.Task producer;
    private Tensor[] combined;
    private int slot;

    /**
     * @param type of the rows, FLOAT32 or FLOAT64
     * @param runs S
     * @param window W, at most {@link SymmetricEigen#MAXIMUM_ORDER}
     * @param parameters n
     * @param companions number of vectors that come with each update; may be 0
     */
    public RollingGram(
            Backend backend,
            Workers workers,
            MemoryOwner owner,
            DType type,
            int runs,
            int window,
            long parameters,
            int companions) {
        if (window < 1 || window > SymmetricEigen.MAXIMUM_ORDER) {
            throw new IllegalArgumentException(
                    "window must be 1 to " + SymmetricEigen.MAXIMUM_ORDER + " updates, got " + window);
        }
        if (runs < 1 || parameters < 1 || companions < 0) {
            throw new IllegalArgumentException("a rolling window needs at least one run and one parameter, got " + runs
                    + " runs, " + parameters + " parameters, " + companions + " companions");
        }
        this.backend = backend;
        this.workers = workers;
        this.runs = runs;
        this.window = window;
        this.slots = window + 1;
        this.parameters = parameters;
        slices = VectorSlices.byWorker(workers, parameters);
        updates = new Ring(owner, type);
        this.companions = new Ring[companions];
        crossGrams = new Tensor[companions];
        companionSources = new Tensor[companions][];
        for (int companion = 0; companion < companions; companion++) {
            this.companions[companion] = new Ring(owner, type);
            crossGrams[companion] = backend.allocate(owner, DType.FLOAT64, runs, slots, slots);
        }
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
        return updates.slotViews[slotOf(seen())];
    }

    /** The memory {@code [S, n]} of the next row of a companion. */
    public Tensor nextCompanion(int companion) {
        return companions[companion].slotViews[slotOf(seen())];
    }

    /** A worker's part of {@link #next()}, which a producer writes; empty for some workers where n is small. */
    public Tensor nextPart(int worker) {
        return updates.slotParts[slotOf(seen())][worker];
    }

    /** A worker's part of {@link #nextCompanion}. */
    public Tensor nextCompanionPart(int companion, int worker) {
        return companions[companion].slotParts[slotOf(seen())][worker];
    }

    /** Takes what was written to {@link #next()} and {@link #nextCompanion} as the newest row. */
    public void commit() {
        commit(commitTask);
    }

    /**
     * The same where each worker first writes its parts: {@code work} gets the number of a worker and writes {@link
     * #nextPart} and {@link #nextCompanionPart}, which are in that core's caches when their products are formed.
     */
    public void produce(Workers.Task work) {
        producer = work;
        commit(produceAndCommitTask);
    }

    /** Copies {@code update [S, n]} to the next slot and commits it; for a window without companions. */
    public void add(Tensor update) {
        add(update, NO_COMPANIONS);
    }

    /**
     * Copies {@code update [S, n]} and one tensor per companion to the next slots and commits them. Slices of the
     * tensors are remembered: callers that pass the same ones again make no garbage.
     */
    public void add(Tensor update, Tensor... companionRows) {
        if (companionRows.length != companions.length) {
            throw new IllegalArgumentException("a window with " + companions.length + " companions was given "
                    + companionRows.length + " companion rows");
        }
        requireVector("update", update);
        updateSource = slices.of(update);
        for (int companion = 0; companion < companions.length; companion++) {
            requireVector("companion row", companionRows[companion]);
            companionSources[companion] = slices.of(companionRows[companion]);
        }
        produce(copyTask);
    }

    /** Live view {@code [S, n]} of the row of age {@code row}, 0 being the oldest in the window. */
    public Tensor row(int row) {
        return updates.slotViews[slotOfRow(row)];
    }

    /** Like {@link #row}, of a companion. */
    public Tensor companionRow(int companion, int row) {
        return companions[companion].slotViews[slotOfRow(row)];
    }

    /** ⟨δ_row, δ_column⟩ of two rows of the window, 0 being the oldest. */
    public double product(int run, int row, int column) {
        return entry(gram, run, slotOfRow(row), slotOfRow(column));
    }

    /** ⟨δ, ε⟩ of the newest row δ and the row ε that it pushed out of the window; 0 while the window fills. */
    public double productWithLeft(int run) {
        return entry(gram, run, slotOfRow(rows() - 1), slotOf(seen()));
    }

    /** C = ⟨companion of row {@code row}, update of row {@code column}⟩, 0 being the oldest. */
    public double crossProduct(int run, int companion, int row, int column) {
        return entry(crossGrams[companion], run, slotOfRow(row), slotOfRow(column));
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

    /** ⟨companion of row {@code row}, v_k⟩, in the units of the updates; NaN where σ_k = 0. */
    public double projection(int run, int companion, int row, WindowSpectrum spectrum, int index) {
        requireCurrent(spectrum);
        double sum = 0;
        for (int column = 0; column < spectrum.rows(); column++) {
            sum += spectrum.leftVector(run, index, column) * crossProduct(run, companion, row, column);
        }
        return sum / spectrum.singularValue(run, index);
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
        return state(
                counter,
                gram,
                updates.rows,
                List.of(crossGrams),
                Arrays.stream(companions).map(companion -> companion.rows).toList());
    }

    /** The names under which the parts of a window survive, wherever it is kept. */
    public static Map<String, Tensor> state(
            Tensor seen, Tensor gram, Tensor window, List<Tensor> crossGrams, List<Tensor> companions) {
        Map<String, Tensor> state = new LinkedHashMap<>();
        state.put("seen", seen);
        state.put("gram", gram);
        state.put("window", window);
        for (int companion = 0; companion < companions.size(); companion++) {
            state.put("cross_gram_" + companion, crossGrams.get(companion));
            state.put("companion_" + companion, companions.get(companion));
        }
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
        collect(updates.partials, gram, false);
        collect(updates.partials, gram, true);
        for (int companion = 0; companion < companions.length; companion++) {
            collect(companions[companion].partials, crossGrams[companion], true);
            collect(companions[companion].rowPartials, crossGrams[companion], false);
        }
        counter.segment().setAtIndex(ValueLayout.JAVA_DOUBLE, 0, seen + 1.0);
    }

    private void copyPart(int worker) {
        updates.copy(updateSource, worker);
        for (int companion = 0; companion < companions.length; companion++) {
            companions[companion].copy(companionSources[companion], worker);
        }
    }

    private void produceAndCommitPart(int worker) {
        producer.run(worker);
        commitPart(worker);
    }

    private void commitPart(int worker) {
        if (slices.isEmpty(worker)) {
            return;
        }
        Tensor newest = updates.slotParts[slot][worker];
        if (companions.length == 0) {
            backend.gramRow(updates.parts[worker], newest, updates.partials[worker]);
            return;
        }
        Ring first = companions[0];
        backend.gramRows(
                updates.parts[worker],
                newest,
                first.slotParts[slot][worker],
                updates.partials[worker],
                first.rowPartials[worker]);
        for (int index = 0; index < companions.length; index++) {
            Ring companion = companions[index];
            if (index > 0) {
                backend.gramRow(
                        updates.parts[worker], companion.slotParts[slot][worker], companion.rowPartials[worker]);
            }
            backend.gramRow(companion.parts[worker], newest, companion.partials[worker]);
        }
    }

    private void combinePart(int worker) {
        if (!slices.isEmpty(worker)) {
            backend.combineRows(updates.parts[worker], coefficients, combined[worker]);
        }
    }

    /** Adds the workers' parts in their order, with a correction for rounding, to the slot's row or column. */
    private void collect(Tensor[] partials, Tensor products, boolean toColumn) {
        for (int run = 0; run < runs; run++) {
            Tensor target = products.run(run);
            for (int other = 0; other < slots; other++) {
                double sum = 0;
                double correction = 0;
                for (Tensor partial : partials) {
                    double term = partial.run(run).getDouble(other);
                    double next = sum + term;
                    double part = next - sum;
                    correction += (sum - (next - part)) + (term - part);
                    sum = next;
                }
                long position = toColumn ? (long) other * slots + slot : (long) slot * slots + other;
                target.segment().setAtIndex(ValueLayout.JAVA_DOUBLE, position, sum + correction);
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

    /** The rows of one kind of vector, with the views that a commit needs. */
    private final class Ring {
        /** [S, slots, n]. */
        private final Tensor rows;
        /** By worker: [S, slots, part]. */
        private final Tensor[] parts;
        /** By slot: [S, n]. */
        private final Tensor[] slotViews;
        /** By slot and worker: [S, part]. */
        private final Tensor[][] slotParts;
        /** By worker: [S, slots], products of these rows with the newest update. */
        private final Tensor[] partials;
        /** By worker: [S, slots], products of the newest of these rows with the updates. */
        private final Tensor[] rowPartials;

        Ring(MemoryOwner owner, DType type) {
            rows = backend.allocate(owner, type, runs, slots, parameters);
            parts = slices.make(rows);
            slotViews = new Tensor[slots];
            slotParts = new Tensor[slots][];
            Tensor flat = rows.reshape(runs, slots * parameters);
            for (int slot = 0; slot < slots; slot++) {
                slotViews[slot] = flat.slice(1, slot * parameters, (slot + 1) * parameters);
                slotParts[slot] = slices.make(slotViews[slot]);
            }
            partials = new Tensor[workers.count()];
            rowPartials = new Tensor[workers.count()];
            for (int worker = 0; worker < partials.length; worker++) {
                partials[worker] = backend.allocate(owner, DType.FLOAT64, runs, slots);
                rowPartials[worker] = backend.allocate(owner, DType.FLOAT64, runs, slots);
            }
        }

        void copy(Tensor[] source, int worker) {
            if (!slices.isEmpty(worker)) {
                backend.copy(source[worker], slotParts[slot][worker]);
            }
        }
    }
}
