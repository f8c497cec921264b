package dev.spectraledge.analysis.experiment.dynamics;

import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.linalg.DenseSymmetricEigen;

/**
 * Principal components of rows of which only the products with each other are known: eigenvectors of the centred Gram matrix
 * (Schölkopf, Smola and Müller 1998, with the plain product as kernel).
 */
final class PrincipalComponents {
    /** Components whose variance is a smaller share of the largest one are rounding. */
    private static final double RANK_TOLERANCE = 1e-12;

    private final double[] variances;
    private final double[][] coefficients;

    private PrincipalComponents(double[] variances, double[][] coefficients) {
        this.variances = variances;
        this.coefficients = coefficients;
    }

    /** Of the first {@code rows} rows, about their own mean. */
    static PrincipalComponents centred(double[][] gram, int rows) {
        double[] means = new double[rows];
        double mean = 0;
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < rows; column++) {
                means[row] += gram[row][column] / rows;
            }
            mean += means[row] / rows;
        }
        double[] variances = new double[rows];
        double[][] coefficients = new double[rows][rows];
        try (MemoryOwner owner = MemoryOwner.open("principal components")) {
            Tensor centred = Tensor.allocate(owner, DType.FLOAT64, rows, rows);
            for (int row = 0; row < rows; row++) {
                for (int column = 0; column < rows; column++) {
                    centred.set(gram[row][column] - means[row] - means[column] + mean, row, column);
                }
            }
            DenseSymmetricEigen eigen = new DenseSymmetricEigen(owner, DType.FLOAT64, rows);
            eigen.decompose(centred);
            double largest = Math.max(eigen.values().getDouble(0), 0);
            for (int component = 0; component < rows; component++) {
                double variance = eigen.values().getDouble(component);
                if (variance > RANK_TOLERANCE * largest) {
                    variances[component] = variance;
                    for (int row = 0; row < rows; row++) {
                        coefficients[component][row] = eigen.vectors().get(component, row) / Math.sqrt(variance);
                    }
                }
            }
        }
        return new PrincipalComponents(variances, coefficients);
    }

    /** Share of component {@code index} in the whole variance; NaN where nothing varies. */
    double share(int index) {
        double sum = 0;
        for (double variance : variances) {
            sum += variance;
        }
        return index < variances.length ? variances[index] / sum : 0;
    }

    /** What each row is multiplied by so that their sum is the component, a unit vector; zeros where there is none. */
    double[] coefficients(int index) {
        return coefficients[index].clone();
    }

    /** |cos| of the angle between components of the first rows of the same Gram matrix, given by their coefficients. */
    static double overlap(double[][] gram, double[] first, double[] second) {
        double sum = 0;
        for (int row = 0; row < first.length; row++) {
            for (int column = 0; column < second.length; column++) {
                sum += first[row] * gram[row][column] * second[column];
            }
        }
        return Math.min(1, Math.abs(sum));
    }
}
