package dev.spectraledge.analysis.experiment.dynamics;

import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.WeightMatrix;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.model.Parameters;
import java.util.List;

/** How far a weight matrix is from where it was at the first of some snapshots: W(t) − W(0), FLOAT64. */
final class MatrixTrajectory {
    private final WeightMatrix matrix;
    private final Tensor displacements;

    private MatrixTrajectory(WeightMatrix matrix, Tensor displacements) {
        this.matrix = matrix;
        this.displacements = displacements;
    }

    /** Of some matrices; each snapshot is read once. */
    static List<MatrixTrajectory> read(
            StudiedRun run, Backend backend, MemoryOwner owner, List<Long> steps, List<WeightMatrix> matrices) {
        List<MatrixTrajectory> trajectories = matrices.stream()
                .map(matrix -> new MatrixTrajectory(
                        matrix, backend.allocate(owner, DType.FLOAT64, 1, steps.size(), matrix.elements())))
                .toList();
        try (MemoryOwner scratch = MemoryOwner.open("snapshots")) {
            Parameters first = run.weights(scratch, steps.getFirst());
            Parameters weights = Parameters.allocate(backend, scratch, DType.FLOAT64, 1, run.layout());
            for (int row = 0; row < steps.size(); row++) {
                run.read(steps.get(row), weights);
                for (MatrixTrajectory trajectory : trajectories) {
                    backend.subtract(
                            trajectory.matrix.piece(weights.flat()),
                            trajectory.matrix.piece(first.flat()),
                            trajectory.displacement(row));
                }
            }
        }
        return trajectories;
    }

    WeightMatrix matrix() {
        return matrix;
    }

    /** Number of snapshots. */
    int size() {
        return Math.toIntExact(displacements.size(1));
    }

    /** {@code [1, elements]}. */
    Tensor displacement(int row) {
        return displacements.at(0).slice(0, row, row + 1L);
    }

    /** Products of the displacements with each other. */
    double[][] gram(Backend backend) {
        int rows = size();
        double[][] gram = new double[rows][rows];
        try (MemoryOwner scratch = MemoryOwner.open("products of displacements")) {
            Tensor products = backend.allocate(scratch, DType.FLOAT64, 1, rows, rows);
            backend.gemm(false, true, 1, displacements, displacements, 0, products);
            for (int row = 0; row < rows; row++) {
                for (int column = 0; column < rows; column++) {
                    gram[row][column] = products.get(0, row, column);
                }
            }
        }
        return gram;
    }

    /**
     * Σ coefficients[row]·displacement(row), to {@code target [1, elements]}: with those of a principal component, which sum to
     * zero, that component.
     */
    void combine(Backend backend, double[] coefficients, Tensor target) {
        backend.fill(target, 0);
        for (int row = 0; row < coefficients.length; row++) {
            backend.axpy(coefficients[row], displacement(row), target);
        }
    }

    /** Adds up the Gram matrices of several matrices: that of all of them as one vector. */
    static double[][] sum(double[][] first, double[][] second) {
        double[][] sum = new double[first.length][first.length];
        for (int row = 0; row < sum.length; row++) {
            for (int column = 0; column < sum.length; column++) {
                sum[row][column] = first[row][column] + second[row][column];
            }
        }
        return sum;
    }

    /** From the products of positions d_0 = 0, d_1, … those of the steps d_i − d_{i−1} between them. */
    static double[][] stepGram(double[][] gram) {
        int steps = gram.length - 1;
        double[][] result = new double[steps][steps];
        for (int i = 0; i < steps; i++) {
            for (int j = 0; j < steps; j++) {
                result[i][j] = gram[i + 1][j + 1] - gram[i][j + 1] - gram[i + 1][j] + gram[i][j];
            }
        }
        return result;
    }
}
