package dev.spectraledge.analysis.experiment.trajectory;

import dev.spectraledge.analysis.nulls.NullModel;
import dev.spectraledge.analysis.nulls.SurrogateWindows;
import dev.spectraledge.analysis.spectrum.GramMatrix;
import dev.spectraledge.analysis.statistic.Null;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.PhiloxKey;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.linalg.DenseSymmetricEigen;
import java.util.stream.IntStream;

/**
 * Random walks with the steps' norms of a trajectory, known by products alone: how little of their end lies outside of their own
 * first directions, and what those directions would make of an end that the walk is led to. A position is ρ_t times the one before
 * and a step; steps have random directions, independent or with the trajectory's correlations by lag. Ours.
 */
final class WalkSurrogates {
    private static final long STREAM = 0x77616c6b;

    private final GramMatrix steps;
    /** What is left of each step at each position. */
    private final double[][] left;

    private final long parameters;
    private final SurrogateWindows surrogates;

    /**
     * What a walk's directions leave of its end.
     *
     * @param along how many times the end itself
     * @param across norm of the rest, as a part of the end's: it points anywhere
     */
    record End(double along, double across) {}

    /**
     * Of a trajectory.
     *
     * @param rows positions in coordinates of an orthonormal basis
     * @param kept ρ_t
     * @param parameters the length of a position
     */
    WalkSurrogates(double[][] rows, double[] kept, long parameters, long seed) {
        this.parameters = parameters;
        int first = AnchoredTrajectory.dot(rows[0], rows[0]) == 0 ? 1 : 0;
        int count = rows.length - first;
        double[][] steps = new double[count][];
        left = new double[rows.length][count];
        for (int step = 0; step < count; step++) {
            int row = step + first;
            steps[step] = rows[row].clone();
            for (int j = 0; row > 0 && j < steps[step].length; j++) {
                steps[step][j] -= kept[row] * rows[row - 1][j];
            }
            double share = 1;
            for (int later = row; later < rows.length; later++) {
                share *= later == row ? 1 : kept[later];
                left[later][step] = share;
            }
        }
        this.steps = new GramMatrix(count);
        this.steps.resize(count);
        for (int step = 0; step < count; step++) {
            for (int other = 0; other <= step; other++) {
                this.steps.set(step, other, AnchoredTrajectory.dot(steps[step], steps[other]));
            }
        }
        surrogates = new SurrogateWindows(count, new PhiloxKey(seed, STREAM));
    }

    /** Parts of the ends of so many walks outside of their own first directions. */
    Null outside(NullModel model, int directions, int draws) {
        return Null.of(IntStream.range(0, draws)
                .mapToDouble(draw -> outside(positions(model, draw), directions))
                .toArray());
    }

    /** Products of positions of a walk. */
    private double[][] positions(NullModel model, int draw) {
        return products(left, surrogates.draw(model, steps, parameters, draw));
    }

    /**
     * A walk of independent steps that is led to an end of the trajectory's norm, as a Brownian bridge is: W_t + s_t(e − W_T) with
     * s_t = Cov(W_t, W_T)/Var(W_T).
     */
    End led(int directions, double square, int draw) {
        double[][] walk = positions(NullModel.INDEPENDENT, draw);
        int last = walk.length - 1;
        double[] shares = new double[walk.length];
        double variance = covariance(last, last);
        for (int row = 0; row < shares.length; row++) {
            shares[row] = covariance(row, last) / variance;
        }
        double[][] bridge = new double[walk.length][walk.length];
        for (int row = 0; row < walk.length; row++) {
            for (int column = 0; column < walk.length; column++) {
                double apart = walk[row][column]
                        - shares[row] * walk[last][column]
                        - shares[column] * walk[row][last]
                        + shares[row] * shares[column] * walk[last][last];
                bridge[row][column] = apart + shares[row] * shares[column] * square;
            }
        }
        return withModes(bridge, (values, vectors) -> {
            double along = 0;
            double whole = 0;
            for (int mode = 0; mode < Math.min(directions, walk.length); mode++) {
                double sum = 0;
                for (int row = 0; row < walk.length; row++) {
                    sum += vectors[mode][row] * shares[row];
                }
                along += vectors[mode][last] * sum;
                whole += values[mode] * vectors[mode][last] * vectors[mode][last];
            }
            return new End(along, Math.sqrt(Math.max(0, whole / square - along * along)));
        });
    }

    /** Of positions of walks with independent steps. */
    private double covariance(int row, int column) {
        double sum = 0;
        for (int step = 0; step < steps.rows(); step++) {
            sum += left[row][step] * left[column][step] * steps.get(step, step);
        }
        return sum;
    }

    private static double[][] products(double[][] left, GramMatrix steps) {
        int count = steps.rows();
        double[][] images = new double[left.length][count];
        for (int row = 0; row < left.length; row++) {
            for (int step = 0; step < count; step++) {
                double share = left[row][step];
                for (int column = 0; share != 0 && column < count; column++) {
                    images[row][column] += share * steps.get(step, column);
                }
            }
        }
        double[][] products = new double[left.length][left.length];
        for (int row = 0; row < left.length; row++) {
            for (int column = 0; column <= row; column++) {
                products[row][column] = AnchoredTrajectory.dot(images[row], left[column]);
                products[column][row] = products[row][column];
            }
        }
        return products;
    }

    /** The part of the last row's norm outside of the first directions of all rows, by their products: 1 − Σ λ_k u_kT²/‖r_T‖². */
    static double outside(double[][] products, int directions) {
        int last = products.length - 1;
        return withModes(products, (values, vectors) -> {
            double inside = 0;
            for (int mode = 0; mode < Math.min(directions, products.length); mode++) {
                inside += values[mode] * vectors[mode][last] * vectors[mode][last];
            }
            return Math.sqrt(Math.max(0, 1 - inside / products[last][last]));
        });
    }

    @FunctionalInterface
    private interface OfModes<T> {
        /** Of eigenvalues, descending, and their unit vectors. */
        T of(double[] values, double[][] vectors);
    }

    private static <T> T withModes(double[][] products, OfModes<T> wanted) {
        int order = products.length;
        try (MemoryOwner scratch = MemoryOwner.open("modes of a walk")) {
            Tensor matrix = Tensor.allocate(scratch, DType.FLOAT64, order, order);
            for (int row = 0; row < order; row++) {
                for (int column = 0; column < order; column++) {
                    matrix.set(products[row][column], row, column);
                }
            }
            DenseSymmetricEigen eigen = new DenseSymmetricEigen(scratch, DType.FLOAT64, order);
            eigen.decompose(matrix);
            double[] values = new double[order];
            double[][] vectors = new double[order][order];
            for (int mode = 0; mode < order; mode++) {
                values[mode] = Math.max(0, eigen.values().getDouble(mode));
                for (int row = 0; row < order; row++) {
                    vectors[mode][row] = eigen.vectors().get(mode, row);
                }
            }
            return wanted.of(values, vectors);
        }
    }
}
