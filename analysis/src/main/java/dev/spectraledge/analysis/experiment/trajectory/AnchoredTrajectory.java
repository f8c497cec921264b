package dev.spectraledge.analysis.experiment.trajectory;

import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.linalg.DenseSvd;
import java.util.Arrays;

/**
 * Rows θ_t − a_tθ_0 of a trajectory in coordinates of an orthonormal basis, and what the first few principal directions of them
 * make of the last point: a_Tθ_0 + VVᵀ(θ_T − a_Tθ_0) (thesis §5.10).
 */
final class AnchoredTrajectory {
    private final double[] start;
    private final double[] shares;
    private final double[][] rows;

    /** Which rows directions are those of, and about which point. */
    enum Components {
        /** Of all rows, about 0; where a row is 0, it does not matter whether it is among them. */
        UNCENTRED("uncentred"),
        /** Of all rows but the first, about their mean. */
        CENTRED("centred"),
        /** Of all rows, about their mean. */
        CENTRED_WITH_START("centred-with-start");

        private final String key;

        Components(String key) {
            this.key = key;
        }

        /** Name in items. */
        String key() {
            return key;
        }
    }

    /**
     * Directions in coordinates.
     *
     * @param values singular values, descending
     * @param vectors of length 1, by direction
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Directions(double[] values, double[][] vectors) {
        int count() {
            return vectors.length;
        }

        /** σ_k²/Σσ², k from 0. */
        double share(int index) {
            return values[index]
                    * values[index]
                    / Arrays.stream(values).map(value -> value * value).sum();
        }
    }

    /**
     * Takes what is left of the first point out of all of them.
     *
     * @param points coordinates of θ_t
     * @param shares a_t
     */
    AnchoredTrajectory(double[][] points, double[] shares) {
        this.shares = shares;
        start = points[0];
        rows = new double[points.length][start.length];
        for (int row = 0; row < rows.length; row++) {
            for (int j = 0; j < start.length; j++) {
                rows[row][j] = points[row][j] - shares[row] * start[j];
            }
        }
    }

    /** θ_t − a_tθ_0, by point. */
    double[][] rows() {
        return rows;
    }

    private double[] last() {
        return rows[rows.length - 1];
    }

    /** The principal directions. */
    Directions directions(Components components) {
        double[][] taken = components == Components.CENTRED ? Arrays.copyOfRange(rows, 1, rows.length) : rows;
        double[] mean = new double[start.length];
        if (components != Components.UNCENTRED) {
            for (double[] row : taken) {
                for (int j = 0; j < mean.length; j++) {
                    mean[j] += row[j] / taken.length;
                }
            }
        }
        try (MemoryOwner scratch = MemoryOwner.open("directions of a trajectory")) {
            Tensor matrix = Tensor.allocate(scratch, DType.FLOAT64, taken.length, mean.length);
            for (int row = 0; row < taken.length; row++) {
                for (int j = 0; j < mean.length; j++) {
                    matrix.set(taken[row][j] - mean[j], row, j);
                }
            }
            DenseSvd svd = new DenseSvd(scratch, DType.FLOAT64, taken.length, mean.length);
            svd.decompose(matrix);
            int count = Math.min(taken.length, mean.length);
            double[] values = new double[count];
            double[][] vectors = new double[count][mean.length];
            for (int index = 0; index < count; index++) {
                values[index] = svd.singularValues().get(index);
                for (int j = 0; j < mean.length; j++) {
                    vectors[index][j] = svd.rightVectors().get(index, j);
                }
            }
            return new Directions(values, vectors);
        }
    }

    /** VVᵀ(θ_T − a_Tθ_0) for the first {@code count} directions. */
    private double[] projected(Directions directions, int count) {
        double[] sum = new double[start.length];
        for (int index = 0; index < count; index++) {
            double[] vector = directions.vectors()[index];
            double component = dot(vector, last());
            for (int j = 0; j < sum.length; j++) {
                sum[j] += component * vector[j];
            }
        }
        return sum;
    }

    /** a_Tθ_0 + VVᵀ(θ_T − a_Tθ_0) for the first {@code count} directions. */
    double[] rebuilt(Directions directions, int count) {
        double[] point = projected(directions, count);
        for (int j = 0; j < point.length; j++) {
            point[j] += shares[shares.length - 1] * start[j];
        }
        return point;
    }

    /** The part of ‖θ_T − a_Tθ_0‖ that lies outside of the first {@code count} directions. */
    double outside(Directions directions, int count) {
        double[] rest = projected(directions, count);
        for (int j = 0; j < rest.length; j++) {
            rest[j] -= last()[j];
        }
        return Math.sqrt(dot(rest, rest) / dot(last(), last()));
    }

    static double dot(double[] x, double[] y) {
        double sum = 0;
        for (int j = 0; j < x.length; j++) {
            sum += x[j] * y[j];
        }
        return sum;
    }
}
