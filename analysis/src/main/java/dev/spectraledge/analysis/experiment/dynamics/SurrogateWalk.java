package dev.spectraledge.analysis.experiment.dynamics;

import dev.spectraledge.analysis.nulls.RandomSequence;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.PhiloxKey;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.linalg.DenseSymmetricEigen;

/**
 * Walks whose steps have the norms of observed ones and random directions, known by the Gram matrix of their positions alone.
 * The directions are independent, or mixed so that those ℓ steps apart have on average the cosine that the observed ones
 * have (ours). As in {@link dev.spectraledge.analysis.nulls.NullModel}, n rows of P normal numbers have the Gram matrix LLᵀ
 * of Bartlett (1933), so that no row need be drawn.
 */
final class SurrogateWalk {
    private static final long STREAM = 0x7300;

    private final double[] norms;
    private final long parameters;
    /** Rows that mix independent directions; null where they stay independent. */
    private final double[][] mixing;

    private SurrogateWalk(double[] norms, long parameters, double[][] mixing) {
        this.norms = norms;
        this.parameters = parameters;
        this.mixing = mixing;
    }

    /**
     * Independent directions.
     *
     * @param steps Gram matrix of the observed steps
     * @param parameters P, more than there are steps
     */
    static SurrogateWalk independent(double[][] steps, long parameters) {
        return new SurrogateWalk(norms(steps), parameters, null);
    }

    /** With the mean cosines by lag of the observed steps. */
    static SurrogateWalk autocorrelated(double[][] steps, long parameters) {
        return new SurrogateWalk(norms(steps), parameters, mixing(meanCosines(steps)));
    }

    private static double[] norms(double[][] steps) {
        double[] norms = new double[steps.length];
        for (int i = 0; i < norms.length; i++) {
            norms[i] = Math.sqrt(Math.max(steps[i][i], 0));
        }
        return norms;
    }

    /** c(ℓ), the mean over all pairs that are ℓ apart; a step of norm 0 has cosine 0 with all others. */
    static double[] meanCosines(double[][] steps) {
        double[] norms = norms(steps);
        double[] cosines = new double[norms.length];
        for (int lag = 0; lag < norms.length; lag++) {
            for (int i = 0; i + lag < norms.length; i++) {
                double scale = norms[i] * norms[i + lag];
                cosines[lag] += scale == 0 ? 0 : steps[i][i + lag] / scale / (norms.length - lag);
            }
        }
        cosines[0] = 1;
        return cosines;
    }

    /**
     * A factor A of the Toeplitz matrix of the correlations by lag, AAᵀ. Where they are not those of any process, its smallest
     * eigenvalue being negative, all of them are shrunk by the least common factor that makes them so.
     */
    private static double[][] mixing(double[] correlations) {
        int n = correlations.length;
        double[][] factor = new double[n][n];
        try (MemoryOwner owner = MemoryOwner.open("correlations")) {
            Tensor toeplitz = Tensor.allocate(owner, DType.FLOAT64, n, n);
            for (int row = 0; row < n; row++) {
                for (int column = 0; column < n; column++) {
                    toeplitz.set(correlations[Math.abs(row - column)], row, column);
                }
            }
            DenseSymmetricEigen eigen = new DenseSymmetricEigen(owner, DType.FLOAT64, n);
            eigen.decompose(toeplitz);
            double smallest = Math.min(eigen.values().getDouble(n - 1L), 0);
            double shrinkage = -smallest / (1 - smallest);
            for (int row = 0; row < n; row++) {
                for (int mode = 0; mode < n; mode++) {
                    double eigenvalue = (1 - shrinkage) * eigen.values().getDouble(mode) + shrinkage;
                    factor[row][mode] = eigen.vectors().get(mode, row) * Math.sqrt(Math.max(eigenvalue, 0));
                }
            }
        }
        return factor;
    }

    /** Gram matrix of the positions 0, s_1, s_1 + s_2, … of one walk; the same for the same seed and number. */
    double[][] positions(long seed, long number) {
        RandomSequence random = new RandomSequence();
        random.seek(new PhiloxKey(seed, STREAM + number), 0);
        int n = norms.length;
        double[][] rows = new double[n][n];
        for (int row = 0; row < n; row++) {
            for (int column = 0; column < row; column++) {
                rows[row][column] = random.normal();
            }
            rows[row][row] = Math.sqrt(random.chiSquared((double) (parameters - row)));
        }
        double[][] directions = mixing == null ? rows : mixed(rows);
        double[][] positions = new double[n + 1][n];
        for (int row = 0; row < n; row++) {
            double square = 0;
            for (double entry : directions[row]) {
                square += entry * entry;
            }
            double scale = norms[row] / Math.sqrt(square);
            for (int column = 0; column < n; column++) {
                positions[row + 1][column] = positions[row][column] + scale * directions[row][column];
            }
        }
        return products(positions);
    }

    private double[][] mixed(double[][] rows) {
        int n = rows.length;
        double[][] result = new double[n][n];
        for (int row = 0; row < n; row++) {
            for (int inner = 0; inner < n; inner++) {
                for (int column = 0; column <= inner; column++) {
                    result[row][column] += mixing[row][inner] * rows[inner][column];
                }
            }
        }
        return result;
    }

    private static double[][] products(double[][] rows) {
        double[][] gram = new double[rows.length][rows.length];
        for (int i = 0; i < rows.length; i++) {
            for (int j = 0; j <= i; j++) {
                double sum = 0;
                for (int k = 0; k < rows[i].length; k++) {
                    sum += rows[i][k] * rows[j][k];
                }
                gram[i][j] = sum;
                gram[j][i] = sum;
            }
        }
        return gram;
    }
}
