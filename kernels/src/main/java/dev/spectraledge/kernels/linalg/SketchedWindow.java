package dev.spectraledge.kernels.linalg;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.PhiloxKey;
import dev.spectraledge.kernels.SketchOperator;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.Workers;
import java.lang.foreign.ValueLayout;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The spectrum of the last W updates from random sketches of d numbers each (Johnson and Lindenstrauss 1984), for windows
 * that are too large to store; nothing of the size of the parameters is kept. The squared norms of the updates, and with
 * them the trace of the Gram matrix, are exact.
 *
 * <p>With X = UΣVᵀ the window and Ω the Gaussian operator with entries N(0, 1/d), the sketch is XΩᵀ = UΣZ with a w × d
 * Gaussian matrix Z, whatever V is. Two certificates follow.
 *
 * <ul>
 *   <li>{@link WindowSpectrum#relativeErrorBound}: by Ostrowski every σ is multiplied by a number between the extreme
 *       singular values of Z, which lie in 1 ± (√(w/d) + √(2 ln(2/p)/d)) with probability 1 − p (Davidson and Szarek 2001,
 *       theorem II.13), for all σ at once; p = {@link #FAILURE_PROBABILITY}. Where the sketch changed the norm of an
 *       update by more than that, which is measured exactly, the measured change takes its place.
 *   <li>{@link WindowSpectrum#relativeStandardError}: the sketched Gram matrix is the covariance matrix of d Gaussian
 *       samples whose true covariance is G, so its eigenvalues follow the theory of principal components: relative
 *       variance 2/d (Anderson 1963) and relative bias (1/d)Σ_i λ_i/(λ_j − λ_i) (Lawley 1956), evaluated at the sketched
 *       eigenvalues. Eigenvalues that cannot be told apart at one standard error of their difference, m of them, leave
 *       that sum and contribute √((m−1)/d) instead, the edge of the Marchenko–Pastur law (the combination is ours): rms =
 *       √(1/(2d) + (bias/2 − 1/(4d))² + (m−1)/d).
 * </ul>
 *
 * <p>For sparse signs both are what the Gaussian law gives, which they follow closely unless few parameters carry an
 * update; the measured change of norms ({@link #normDistortion}) tells.
 */
public final class SketchedWindow {
    /** Probability with which the error bound may fail. */
    public static final double FAILURE_PROBABILITY = 1e-3;

    private static final int NONZEROS_PER_COLUMN = 4;

    private final Backend backend;
    private final Workers workers;
    private final int runs;
    private final ParallelSketch sketch;
    private final RollingGram sketches;
    /** [S, W + 1] by slot, as in the ring of the sketches. */
    private final Tensor squaredNorms;

    private final VectorSlices slices;
    private final Tensor[] squares;
    private final Workers.Task squaresTask = this::squaresPart;
    private Tensor[] source;

    /**
     * @param operator of d ≥ W rows; {@link #operator} gives the usual one
     * @param runs S; all runs share the operator
     * @param window W, at most {@link RollingGram#MAXIMUM_WINDOW}
     * @param parameters n
     */
    public SketchedWindow(
            Backend backend,
            Workers workers,
            MemoryOwner owner,
            SketchOperator operator,
            int runs,
            int window,
            long parameters) {
        if (operator.rows() < window) {
            throw new IllegalArgumentException("a sketch of " + operator.rows()
                    + " rows cannot show the rank of a window of " + window + " updates");
        }
        this.backend = backend;
        this.workers = workers;
        this.runs = runs;
        sketch = new ParallelSketch(backend, workers, owner, operator, runs, parameters, VectorSlices.REMEMBERED);
        sketches = new RollingGram(backend, workers, owner, DType.FLOAT64, runs, window, operator.rows());
        squaredNorms = backend.allocate(owner, DType.FLOAT64, runs, window + 1L);
        slices = VectorSlices.byWorker(workers, parameters);
        squares = new Tensor[workers.count()];
        for (int worker = 0; worker < squares.length; worker++) {
            squares[worker] = backend.allocate(owner, DType.FLOAT64, runs);
        }
    }

    /** The usual operator of d rows, of which 10 W are usual for a window of W updates: sparse signs have 4 in a column. */
    public static SketchOperator operator(SketchOperator.Kind kind, int rows, PhiloxKey key) {
        return new SketchOperator(kind, rows, Math.min(NONZEROS_PER_COLUMN, rows), key);
    }

    /** Adds an update {@code [S, n]}. Slices of it are remembered: a caller that passes one tensor makes no garbage. */
    public void add(Tensor update) {
        sketch.apply(update, sketches.next());
        source = slices.of(update);
        workers.run(squaresTask);
        long slot = sketches.seen() % squaredNorms.size(1);
        for (int run = 0; run < runs; run++) {
            double sum = 0;
            for (Tensor part : squares) {
                sum += part.getDouble(run);
            }
            squaredNorms.run(run).segment().setAtIndex(ValueLayout.JAVA_DOUBLE, slot, sum);
        }
        sketches.commit();
    }

    /** Updates seen so far. */
    public long seen() {
        return sketches.seen();
    }

    /** The window of the sketches, oldest first: products, overlaps and changes of norm hold within the sketch's error. */
    public RollingGram sketches() {
        return sketches;
    }

    /** Computes the spectrum of every run; left vectors are those of the sketched window, the trace is exact. */
    public void spectrum(WindowSpectrum target) {
        sketches.spectrum(target);
        int rows = target.rows();
        double dimension = sketch.rows();
        double bound = distortionBound(rows, dimension);
        for (int run = 0; run < runs; run++) {
            double trace = 0;
            for (int row = 0; row < rows; row++) {
                trace += squaredNorm(run, row);
            }
            target.setTrace(run, trace);
            double distortion = normDistortion(run);
            for (int index = 0; index < rows; index++) {
                target.setErrors(run, index, Math.max(bound, distortion), standardError(target, run, index, dimension));
            }
        }
    }

    /**
     * By how much a Gaussian sketch of d numbers changes the norm of any vector in a space of the given dimension at most,
     * relative to it, but for {@link #FAILURE_PROBABILITY}.
     */
    public static double distortionBound(int ofSpace, double dimension) {
        return Math.sqrt(ofSpace / dimension) + Math.sqrt(2 * Math.log(2 / FAILURE_PROBABILITY) / dimension);
    }

    /**
     * Largest |‖Ωδ‖/‖δ‖ − 1| over the updates δ of the window: how much the sketch changed what is known exactly. For a
     * Gaussian operator each has standard deviation 1/√(2d).
     */
    public double normDistortion(int run) {
        double largest = 0;
        for (int row = 0; row < sketches.rows(); row++) {
            double exact = squaredNorm(run, row);
            if (exact > 0) {
                double ratio = Math.sqrt(sketches.product(run, row, row) / exact);
                largest = Math.max(largest, Math.abs(ratio - 1));
            }
        }
        return largest;
    }

    /** ‖δ‖² of the update of age {@code row}, 0 being the oldest in the window; exact to rounding. */
    public double squaredNorm(int run, int row) {
        long update = sketches.seen() - sketches.rows() + row;
        return squaredNorms.run(run).getDouble(update % squaredNorms.size(1));
    }

    /** Live tensors of everything carried from one update to the next, as in {@link RollingGram#state()}. */
    public Map<String, Tensor> state() {
        Map<String, Tensor> state = new LinkedHashMap<>(sketches.state());
        state.put("squared_norms", squaredNorms);
        return state;
    }

    private static double standardError(WindowSpectrum spectrum, int run, int index, double dimension) {
        double value = spectrum.eigenvalue(run, index);
        if (value == 0) {
            return Double.POSITIVE_INFINITY;
        }
        int first = index;
        while (first > 0 && areClose(spectrum, run, first - 1, dimension)) {
            first--;
        }
        int last = index;
        while (last < spectrum.rows() - 1 && areClose(spectrum, run, last, dimension)) {
            last++;
        }
        double bias = 0;
        for (int other = 0; other < spectrum.rows(); other++) {
            if (other < first || other > last) {
                double otherValue = spectrum.eigenvalue(run, other);
                bias += otherValue / (value - otherValue) / dimension;
            }
        }
        double mean = bias / 2 - 1 / (4 * dimension);
        return Math.sqrt(1 / (2 * dimension) + mean * mean + (last - first) / dimension);
    }

    /** Whether eigenvalues {@code index} and its successor differ by less than λ√(4/d), their difference's deviation. */
    private static boolean areClose(WindowSpectrum spectrum, int run, int index, double dimension) {
        double larger = spectrum.eigenvalue(run, index);
        return larger - spectrum.eigenvalue(run, index + 1) <= larger * Math.sqrt(4 / dimension);
    }

    private void squaresPart(int worker) {
        if (!slices.isEmpty(worker)) {
            backend.sumOfSquares(source[worker], squares[worker]);
        }
    }
}
