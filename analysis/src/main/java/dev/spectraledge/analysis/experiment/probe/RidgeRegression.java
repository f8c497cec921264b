package dev.spectraledge.analysis.experiment.probe;

import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.linalg.DenseSvd;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * Minimises ‖y − Xw − b‖² + α‖w‖² with an unpenalised intercept and features as they are (Lifecycle §4.0): with the centred
 * features X = U diag(σ) Vᵀ, w = V diag(σ/(σ² + α)) Uᵀy. α = 0 is ordinary least squares, of several solutions the shortest.
 * Singular values are cut only where rounding alone makes them, at 2⁻⁵² max(n, d) of the largest. References are not all so
 * exact: the least squares of scikit-learn 1.9 cuts at 10⁻⁶σ₁, and prints R² = .978 where .997 can be read, so that what was
 * printed by it is no truth to be met.
 *
 * <p>It makes no difference whether there are more features or more rows. The decomposition is made once for any number of
 * labels.
 */
public final class RidgeRegression {
    private final double[] means;
    private final double[] factors;
    /** Left singular vectors by row, [n][r]. */
    private final double[][] left;
    /** Right singular vectors by row, [r][d]. */
    private final double[][] right;

    private RidgeRegression(double[] means, double[] factors, double[][] left, double[][] right) {
        this.means = means;
        this.factors = factors;
        this.left = left;
        this.right = right;
    }

    /**
     * Decomposes the features.
     *
     * @param features one row per sample, at least one
     */
    public static RidgeRegression of(double[][] features, double alpha) {
        if (features.length == 0 || alpha < 0) {
            throw new IllegalArgumentException(
                    "a ridge regression needs rows and α ≥ 0, got " + features.length + " rows and α = " + alpha);
        }
        int rows = features.length;
        int columns = features[0].length;
        double[] means = ColumnStatistics.means(features);
        try (MemoryOwner scratch = MemoryOwner.open("ridge regression")) {
            Tensor centred = Tensor.allocate(scratch, DType.FLOAT64, rows, columns);
            for (int row = 0; row < rows; row++) {
                double[] difference = new double[columns];
                for (int column = 0; column < columns; column++) {
                    difference[column] = features[row][column] - means[column];
                }
                MemorySegment.copy(
                        difference, 0, centred.segment(), ValueLayout.JAVA_DOUBLE, 8L * row * columns, columns);
            }
            DenseSvd svd = new DenseSvd(scratch, DType.FLOAT64, rows, columns);
            svd.decompose(centred);
            double[] values = svd.singularValues().segment().toArray(ValueLayout.JAVA_DOUBLE);
            // What rounding alone leaves of a direction in which the features do not vary.
            double negligible = values[0] * Math.max(rows, columns) * 0x1p-52;
            double[] factors = Arrays.stream(values)
                    .map(value -> value > negligible ? value / (value * value + alpha) : 0)
                    .toArray();
            return new RidgeRegression(means, factors, rows(svd.leftVectors()), rows(svd.rightVectors()));
        }
    }

    private static double[][] rows(Tensor matrix) {
        int columns = Math.toIntExact(matrix.size(1));
        double[][] rows = new double[Math.toIntExact(matrix.size(0))][columns];
        for (int row = 0; row < rows.length; row++) {
            MemorySegment.copy(matrix.segment(), ValueLayout.JAVA_DOUBLE, 8L * row * columns, rows[row], 0, columns);
        }
        return rows;
    }

    /** The regression of one label per row. */
    public LinearModel fit(double[] labels) {
        double mean = Arrays.stream(labels).average().orElseThrow();
        double[] coordinates = new double[factors.length];
        for (int row = 0; row < left.length; row++) {
            double label = labels[row] - mean;
            for (int index = 0; index < coordinates.length; index++) {
                coordinates[index] += left[row][index] * label;
            }
        }
        double[] weights = new double[means.length];
        double intercept = mean;
        for (int index = 0; index < coordinates.length; index++) {
            double coordinate = factors[index] * coordinates[index];
            for (int column = 0; column < weights.length; column++) {
                weights[column] += coordinate * right[index][column];
            }
        }
        for (int column = 0; column < weights.length; column++) {
            intercept -= weights[column] * means[column];
        }
        return new LinearModel(weights, intercept);
    }

    /** R² on the rows of a split that are judged on, after the regression on the others. */
    public static double heldOut(ProbeSplit split, double[][] features, double[] labels, double alpha) {
        LinearModel model = of(split.train(features), alpha).fit(split.train(labels));
        return Determination.coefficient(split.test(labels), model.predict(split.test(features)));
    }
}
