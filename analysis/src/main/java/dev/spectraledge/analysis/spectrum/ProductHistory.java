package dev.spectraledge.analysis.spectrum;

import dev.spectraledge.kernels.linalg.RollingGram;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * All inner products that the diagnostics of a rolling window of W updates need, for one run: the Gram matrix of the last
 * W + 1 updates (one more than the window, so that the window before it and the update that left are known) and the
 * products of parameters and of decay parts with the updates. It is fed with numbers alone; who computed them does not
 * matter.
 */
public final class ProductHistory {
    private final int window;
    private final int capacity;
    private final DecaySource decaySource;
    private final ProductHistory[] groups;
    private final double[] weights;
    private final GramMatrix gram;
    private final SnapshotProducts snapshots;
    private final double[] decayFactor;
    private final double[] decayProducts;
    private final UpdateParts.DecayProducts trapezoid = this::trapezoidProduct;
    private final UpdateParts.DecayProducts exact;
    private double parametersSquare;
    private double learningRate;
    private long appended;

    /** @param window W, 2 to {@link RollingGram#MAXIMUM_WINDOW} */
    public ProductHistory(int window, DecaySource decaySource) {
        this(window, decaySource, List.of(), new double[0]);
    }

    /**
     * Of parameters in groups.
     *
     * @param groups histories of the same window, with exact decay parts; each takes an update before this one does
     * @param weights how often each of them counts in the products of this one
     */
    public ProductHistory(int window, List<ProductHistory> groups, double... weights) {
        this(window, DecaySource.GROUPS, groups, weights);
    }

    private ProductHistory(int window, DecaySource decaySource, List<ProductHistory> groups, double[] weights) {
        if (window < 2 || window > RollingGram.MAXIMUM_WINDOW) {
            throw new IllegalArgumentException(
                    "a window holds 2 to " + RollingGram.MAXIMUM_WINDOW + " updates, got " + window);
        }
        this.window = window;
        this.decaySource = decaySource;
        this.groups = groups.toArray(ProductHistory[]::new);
        this.weights = weights.clone();
        capacity = window + 1;
        gram = new GramMatrix(capacity);
        snapshots = new SnapshotProducts(capacity);
        decayFactor = new double[capacity];
        decayProducts = new double[decaySource == DecaySource.ACCUMULATED ? window * window : 0];
        exact = switch (decaySource) {
            case NONE, GRADIENTS -> null;
            case SINGLE_STEP -> this::singleStepProduct;
            case GROUPS -> this::sumOfGroups;
            case ACCUMULATED -> this::accumulatedProduct;
        };
    }

    /** W. */
    public int window() {
        return window;
    }

    public DecaySource decaySource() {
        return decaySource;
    }

    /** Whether the vectors are gradients rather than updates. */
    public boolean isOfGradients() {
        return decaySource == DecaySource.GRADIENTS;
    }

    /** Products of the last W + 1 updates, oldest first. */
    public GramMatrix gram() {
        return gram;
    }

    /** Updates in the current window: all so far, at most W. */
    public int rows() {
        return Math.min(window, gram.rows());
    }

    /** Row of the Gram matrix at which the current window starts. */
    public int firstRow() {
        return gram.rows() - rows();
    }

    /** How many of the newest updates the next one is multiplied with; at most W. */
    public int survivors() {
        return rows();
    }

    /** ⟨θ, Δ⟩ of the newest parameters with an update, by its row of the Gram matrix. */
    public double withNewestParameters(int row) {
        return snapshots.withNewest(row);
    }

    /** ‖θ‖² of the newest parameters, as it came with the newest update. */
    public double parametersSquare() {
        return parametersSquare;
    }

    /** η in the interval of the newest update, as it came with it; NaN where it is not known. */
    public double learningRate() {
        return learningRate;
    }

    /** Updates appended since this history was made. */
    public long appended() {
        return appended;
    }

    /** Starts anew, as after a gap between snapshots. */
    public void clear() {
        gram.clear();
        snapshots.clear();
    }

    /** Takes the products of a new update; the oldest one is dropped when W + 1 are held. */
    public void append(UpdateProducts products) {
        boolean slides = rows() == window;
        if (gram.rows() == capacity) {
            System.arraycopy(decayFactor, 1, decayFactor, 0, window);
        }
        gram.append(products.updates);
        snapshots.append(gram, products.parametersAfter);
        decayFactor[gram.rows() - 1] = products.decayFactor;
        parametersSquare = products.parametersSquare;
        learningRate = products.learningRate;
        appended++;
        if (decaySource == DecaySource.ACCUMULATED) {
            appendDecay(products, slides);
        }
    }

    private void appendDecay(UpdateProducts products, boolean slides) {
        if (slides) {
            for (int row = 1; row < window; row++) {
                System.arraycopy(decayProducts, row * window + 1, decayProducts, (row - 1) * window, window - 1);
            }
        }
        int last = rows() - 1;
        for (int row = 0; row <= last; row++) {
            decayProducts[row * window + last] = products.withDecayParts[row];
            decayProducts[last * window + row] = products.ofDecayPart[row];
        }
    }

    /**
     * The published estimate of ⟨Δdecay_i, Δ_j⟩ in the current window, from the ends of the interval of n steps: Δdecay_i ≈
     * −ηωn(θ_before + θ_after)/2 (lifecycle of the edge, gradient against decay). Without meaning for gradients.
     */
    public UpdateParts.DecayProducts trapezoid() {
        return trapezoid;
    }

    /** Exact ⟨Δdecay_i, Δ_j⟩ in the current window; null where they are not known. */
    public UpdateParts.DecayProducts exact() {
        return exact;
    }

    private double trapezoidProduct(int decayRow, int updateRow) {
        int row = firstRow() + decayRow;
        int column = firstRow() + updateRow;
        return -decayFactor[row] * (snapshots.before(row, column) + gram.get(row, column) / 2);
    }

    private double singleStepProduct(int decayRow, int updateRow) {
        int row = firstRow() + decayRow;
        return -decayFactor[row] * snapshots.before(row, firstRow() + updateRow);
    }

    private double sumOfGroups(int decayRow, int updateRow) {
        double sum = 0;
        for (int group = 0; group < groups.length; group++) {
            sum += weights[group] * groups[group].exact.get(decayRow, updateRow);
        }
        return sum;
    }

    private double accumulatedProduct(int decayRow, int updateRow) {
        return decayProducts[decayRow * window + updateRow];
    }

    /** Doubles that {@link #save} writes. */
    public int stateLength() {
        return 1 + capacity * (2 + capacity) + decayProducts.length;
    }

    /** Writes everything that goes on to the next update. */
    public void save(MemorySegment target) {
        long index = 0;
        target.setAtIndex(ValueLayout.JAVA_DOUBLE, index++, gram.rows());
        for (int row = 0; row < capacity; row++) {
            boolean held = row < gram.rows();
            target.setAtIndex(ValueLayout.JAVA_DOUBLE, index++, decayFactor[row]);
            target.setAtIndex(ValueLayout.JAVA_DOUBLE, index++, held ? snapshots.withNewest(row) : 0);
            for (int column = 0; column < capacity; column++) {
                boolean both = held && column < gram.rows();
                target.setAtIndex(ValueLayout.JAVA_DOUBLE, index++, both ? gram.get(row, column) : 0);
            }
        }
        for (double product : decayProducts) {
            target.setAtIndex(ValueLayout.JAVA_DOUBLE, index++, product);
        }
    }

    /** Takes up what {@link #save} wrote; zeros are a history without updates. */
    public void restore(MemorySegment source) {
        clear();
        int rows = Math.toIntExact(Math.round(source.getAtIndex(ValueLayout.JAVA_DOUBLE, 0)));
        UpdateProducts products = new UpdateProducts(window);
        for (int row = 0; row < rows; row++) {
            long at = 1 + (long) row * (2 + capacity);
            for (int column = 0; column <= row; column++) {
                products.updates[column] = source.getAtIndex(ValueLayout.JAVA_DOUBLE, at + 2 + column);
            }
            gram.append(products.updates);
            decayFactor[row] = source.getAtIndex(ValueLayout.JAVA_DOUBLE, at);
        }
        for (int row = 0; row < rows; row++) {
            snapshots.restore(row, rows, source.getAtIndex(ValueLayout.JAVA_DOUBLE, 2 + (long) row * (2 + capacity)));
        }
        long at = 1 + (long) capacity * (2 + capacity);
        for (int index = 0; index < decayProducts.length; index++) {
            decayProducts[index] = source.getAtIndex(ValueLayout.JAVA_DOUBLE, at + index);
        }
    }
}
