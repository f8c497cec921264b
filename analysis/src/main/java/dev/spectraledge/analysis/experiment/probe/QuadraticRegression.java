package dev.spectraledge.analysis.experiment.probe;

import dev.spectraledge.bindings.Lapack;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * Ridge regression with the intercept unpenalised on all features and all products of two different ones (Lifecycle §4.8), in
 * the dual form (ours): those products are never formed, as Σ_{i&lt;j} xᵢxⱼzᵢzⱼ = (⟨x, z⟩² − Σ xᵢ²zᵢ²)/2. With the doubly
 * centred kernel K and α > 0, the coefficients of the samples are (K + αI)⁻¹(y − ȳ), by Cholesky factorisation.
 */
public final class QuadraticRegression implements AutoCloseable {
    private static final ValueLayout.OfDouble DOUBLE = ValueLayout.JAVA_DOUBLE;

    private final MemoryOwner owner = MemoryOwner.open("quadratic regression");
    private final Backend backend;
    private final double[][] features;
    private final int size;
    private final double[] rowMeans;
    private final double mean;
    /** The lower triangle is L of K + αI = LLᵀ. */
    private final MemorySegment factor;

    /** Decomposes once for any number of labels; {@code alpha} must be positive. */
    public QuadraticRegression(Backend backend, double[][] features, double alpha) {
        this.backend = backend;
        if (features.length == 0 || !(alpha > 0)) {
            throw new IllegalArgumentException("a quadratic ridge regression needs rows and α > 0, got "
                    + features.length + " rows and α = " + alpha);
        }
        this.features = features;
        size = features.length;
        rowMeans = new double[size];
        try {
            factor = kernel(owner, features).segment();
            for (int row = 0; row < size; row++) {
                rowMeans[row] = rowMean(factor, row);
            }
            mean = Arrays.stream(rowMeans).average().orElseThrow();
            centre(alpha);
            Lapack.dpotrf(false, size, factor, size);
        } catch (RuntimeException failure) {
            owner.close();
            throw failure;
        }
    }

    /** K ← K centred in both directions + αI. */
    private void centre(double alpha) {
        for (int row = 0; row < size; row++) {
            for (int column = 0; column < size; column++) {
                double centred = element(factor, row, column) - rowMeans[row] - rowMeans[column] + mean;
                factor.setAtIndex(DOUBLE, (long) row * size + column, row == column ? centred + alpha : centred);
            }
        }
    }

    /** Kernel of other rows with those of the regression, {@code [1, rows, size]}. */
    private Tensor kernel(MemoryOwner memory, double[][] rows) {
        Tensor products = products(memory, rows, features);
        Tensor squares = products(memory, squared(rows), squared(features));
        MemorySegment target = products.segment();
        for (long index = 0; index < products.elements(); index++) {
            double product = target.getAtIndex(DOUBLE, index);
            double pairs = (product * product - squares.segment().getAtIndex(DOUBLE, index)) / 2;
            target.setAtIndex(DOUBLE, index, product + pairs);
        }
        return products;
    }

    private Tensor products(MemoryOwner memory, double[][] left, double[][] right) {
        Tensor result = backend.allocate(memory, DType.FLOAT64, 1, left.length, right.length);
        try (MemoryOwner scratch = MemoryOwner.open("kernel")) {
            backend.gemm(false, true, 1, tensor(scratch, left), tensor(scratch, right), 0, result);
        }
        return result;
    }

    private Tensor tensor(MemoryOwner memory, double[][] rows) {
        int columns = rows[0].length;
        Tensor tensor = backend.allocate(memory, DType.FLOAT64, 1, rows.length, columns);
        for (int row = 0; row < rows.length; row++) {
            MemorySegment.copy(rows[row], 0, tensor.segment(), DOUBLE, 8L * row * columns, columns);
        }
        return tensor;
    }

    private static double[][] squared(double[][] rows) {
        return Arrays.stream(rows)
                .map(row -> Arrays.stream(row).map(value -> value * value).toArray())
                .toArray(double[][]::new);
    }

    private double element(MemorySegment matrix, int row, int column) {
        return matrix.getAtIndex(DOUBLE, (long) row * size + column);
    }

    private double rowMean(MemorySegment matrix, int row) {
        double sum = 0;
        for (int column = 0; column < size; column++) {
            sum += element(matrix, row, column);
        }
        return sum / size;
    }

    /** Fits one label per sample and predicts other rows. */
    public double[] predict(double[] labels, double[][] rows) {
        double labelMean = Arrays.stream(labels).average().orElseThrow();
        double[] coefficients = solve(labels, labelMean);
        double common = 0;
        double sum = 0;
        for (int sample = 0; sample < size; sample++) {
            common += coefficients[sample] * rowMeans[sample];
            sum += coefficients[sample];
        }
        double[] predictions = new double[rows.length];
        try (MemoryOwner scratch = MemoryOwner.open("prediction")) {
            MemorySegment kernel = kernel(scratch, rows).segment();
            for (int row = 0; row < rows.length; row++) {
                double prediction = 0;
                for (int sample = 0; sample < size; sample++) {
                    prediction += coefficients[sample] * element(kernel, row, sample);
                }
                predictions[row] = labelMean + prediction - common - sum * (rowMean(kernel, row) - mean);
            }
        }
        return predictions;
    }

    /** (K + αI)⁻¹(y − ȳ), forwards and backwards through L. */
    private double[] solve(double[] labels, double labelMean) {
        double[] solution = new double[size];
        for (int row = 0; row < size; row++) {
            double value = labels[row] - labelMean;
            for (int column = 0; column < row; column++) {
                value -= element(factor, row, column) * solution[column];
            }
            solution[row] = value / element(factor, row, row);
        }
        for (int row = size - 1; row >= 0; row--) {
            solution[row] /= element(factor, row, row);
            for (int column = 0; column < row; column++) {
                solution[column] -= element(factor, row, column) * solution[row];
            }
        }
        return solution;
    }

    /** R² on the rows of a split that are judged on, after the regression on the others. */
    public static double heldOut(
            Backend backend, ProbeSplit split, double[][] features, double[] labels, double alpha) {
        try (QuadraticRegression regression = new QuadraticRegression(backend, split.train(features), alpha)) {
            double[] predictions = regression.predict(split.train(labels), split.test(features));
            return Determination.coefficient(split.test(labels), predictions);
        }
    }

    @Override
    public void close() {
        owner.close();
    }
}
