package dev.spectraledge.analysis.experiment.causal;

import dev.spectraledge.analysis.nulls.RandomSequence;
import dev.spectraledge.kernels.PhiloxKey;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Where the gap of a window lies by three definitions (thesis §3.13): k* = argmax σ_j/σ_{j+1}, argmax h_{j+1}/h_j of the curvatures
 * along its directions, and the direction without which the loss is largest. Counted from 1; 0 where there is none.
 *
 * @param ratio by singular values
 * @param curvature by curvatures, of directions along which the loss bends up
 * @param removal by losses, among the directions that have one after them
 */
record GapPositions(int ratio, int curvature, int removal) {
    private static final long STREAM = 0x67707073;

    /**
     * A window as a function of its directions.
     *
     * @param sigma σ_j, descending
     * @param hessian v_i·Hv_j
     * @param removal loss without a direction that is given by its coordinates along the v_j
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Window(double[] sigma, double[][] hessian, ToDoubleFunction<double[]> removal) {
        /** Those of the window itself, and then those of as many surrogates. */
        List<GapPositions> positions(int surrogates, long seed, long number) {
            int size = sigma.length;
            List<GapPositions> found = new ArrayList<>();
            double[][] own = new double[size][size];
            for (int j = 0; j < size; j++) {
                own[j][j] = 1;
            }
            found.add(of(own));
            RandomSequence random = new RandomSequence();
            random.seek(new PhiloxKey(seed, STREAM + number), 0);
            for (int draw = 0; draw < surrogates; draw++) {
                found.add(of(rotation(size, random)));
            }
            return found;
        }

        /**
         * Positions if the singular vectors were others.
         *
         * @param vectors orthonormal, by direction, in coordinates along the window's own
         */
        private GapPositions of(double[][] vectors) {
            int size = sigma.length;
            double[] curvature = new double[size];
            double[] losses = new double[size - 1];
            for (int j = 0; j < size; j++) {
                for (int row = 0; row < size; row++) {
                    for (int column = 0; column < size; column++) {
                        curvature[j] += vectors[j][row] * hessian[row][column] * vectors[j][column];
                    }
                }
                if (j < size - 1) {
                    losses[j] = removal.applyAsDouble(vectors[j]);
                }
            }
            return new GapPositions(ofRatios(sigma), ofCurvatures(curvature), largest(losses));
        }
    }

    /** Whether two or all of them are the same place. */
    enum Pair {
        RATIO_AND_CURVATURE("ratio and curvature"),
        RATIO_AND_REMOVAL("ratio and removal"),
        CURVATURE_AND_REMOVAL("curvature and removal"),
        ALL("all three");

        private final String title;

        Pair(String title) {
            this.title = title;
        }

        String title() {
            return title;
        }

        boolean coincide(GapPositions positions) {
            boolean first = positions.ratio == positions.curvature;
            boolean second = positions.ratio == positions.removal;
            return switch (this) {
                case RATIO_AND_CURVATURE -> first;
                case RATIO_AND_REMOVAL -> second;
                case CURVATURE_AND_REMOVAL -> positions.curvature == positions.removal && positions.removal > 0;
                case ALL -> first && second;
            };
        }
    }

    /** argmax σ_j/σ_{j+1}, the first of equals; without quotients, which need a floor. */
    static int ofRatios(double[] sigma) {
        int position = 1;
        for (int j = 1; j < sigma.length - 1; j++) {
            if (sigma[j] * sigma[position] > sigma[position - 1] * sigma[j + 1]) {
                position = j + 1;
            }
        }
        return position;
    }

    /** argmax h_{j+1}/h_j over the j with h_j > 0. */
    static int ofCurvatures(double[] curvature) {
        double[] ratios = new double[curvature.length - 1];
        for (int j = 0; j < ratios.length; j++) {
            ratios[j] = curvature[j] > 0 ? curvature[j + 1] / curvature[j] : Double.NaN;
        }
        return largest(ratios);
    }

    private static int largest(double[] values) {
        int position = 0;
        for (int j = 0; j < values.length; j++) {
            if (!Double.isNaN(values[j]) && (position == 0 || values[j] > values[position - 1])) {
                position = j + 1;
            }
        }
        return position;
    }

    /** Orthonormal rows, uniformly distributed: normal numbers, orthonormalised one after the other. */
    private static double[][] rotation(int size, RandomSequence random) {
        double[][] rows = new double[size][size];
        for (int row = 0; row < size; row++) {
            for (int column = 0; column < size; column++) {
                rows[row][column] = random.normal();
            }
            // Twice is enough (Kahan).
            for (int pass = 0; pass < 2; pass++) {
                for (int other = 0; other < row; other++) {
                    add(-dot(rows[row], rows[other]), rows[other], rows[row]);
                }
            }
            double norm = Math.sqrt(dot(rows[row], rows[row]));
            for (int column = 0; column < size; column++) {
                rows[row][column] /= norm;
            }
        }
        return rows;
    }

    private static double dot(double[] x, double[] y) {
        double sum = 0;
        for (int index = 0; index < x.length; index++) {
            sum += x[index] * y[index];
        }
        return sum;
    }

    private static void add(double factor, double[] x, double[] y) {
        for (int index = 0; index < x.length; index++) {
            y[index] += factor * x[index];
        }
    }
}
