package dev.spectraledge.analysis.experiment.trajectory;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.PhiloxKey;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.Workers;
import dev.spectraledge.kernels.linalg.StreamingSpectrum;
import dev.spectraledge.kernels.linalg.StreamingSvd;

/**
 * Points of a trajectory in coordinates of an orthonormal basis, θ_t = Σ_j c_tj v_j, from one pass over them by {@link
 * StreamingSvd}. Its sketches are as large as the trajectory, so that what it is off by is rounding; the certificate says how much
 * that is. Principal directions of whatever is linear in the points follow from the coordinates.
 */
final class TrajectoryBasis {
    private static final long STREAM = 0x72636e73;
    private static final int ERROR_ROWS = 20;
    private static final int BUFFERED_ROWS = 8;
    private static final double FAILURE_PROBABILITY = 1e-3;

    /** An error is the root of a difference of squares that are rounded to 2⁻⁵²: less than this is not told from 0. */
    private static final double RESOLUTION = 0x1p-26;

    private final Backend backend;
    private final double[][] coordinates;
    private final Tensor directions;
    private final Tensor combination;
    private final double error;

    /** Writes points one after the other. */
    @FunctionalInterface
    interface Points {
        /** Writes point {@code index} to {@code row [1, n]}, FLOAT64. */
        void write(int index, Tensor row);
    }

    private TrajectoryBasis(
            Backend backend, double[][] coordinates, Tensor directions, Tensor combination, double error) {
        this.backend = backend;
        this.coordinates = coordinates;
        this.directions = directions;
        this.combination = combination;
        this.error = error;
    }

    /**
     * Passes over points.
     *
     * @param owner of the basis, as many vectors as points
     * @param size n, at least twice as many as points and some more
     */
    static TrajectoryBasis of(Backend backend, MemoryOwner owner, int count, long size, long seed, Points points) {
        try (MemoryOwner scratch = MemoryOwner.open("sketches of a trajectory");
                Workers workers = new Workers(1)) {
            StreamingSvd svd = new StreamingSvd(
                    backend,
                    workers,
                    scratch,
                    DType.FLOAT64,
                    new StreamingSvd.Parameters(
                            Math.max(1, Math.ceilDiv(count - 1, 4)),
                            ERROR_ROWS,
                            Math.min(BUFFERED_ROWS, count),
                            count,
                            new PhiloxKey(seed, STREAM)),
                    size);
            for (int index = 0; index < count; index++) {
                points.write(index, svd.next());
                svd.commit();
            }
            StreamingSpectrum spectrum = svd.spectrum();
            int rank = Math.max(1, spectrum.size());
            Tensor directions = backend.allocate(owner, DType.FLOAT64, 1, rank, size);
            double[][] coordinates = new double[count][rank];
            for (int j = 0; j < spectrum.size(); j++) {
                svd.direction(spectrum, j, directions.at(0).slice(0, j, j + 1L));
                for (int point = 0; point < count; point++) {
                    coordinates[point][j] = spectrum.leftVector(j, point) * spectrum.singularValue(j);
                }
            }
            double norm = Math.sqrt(spectrum.squaredNorm());
            double bound = spectrum.errorBound(spectrum.size(), FAILURE_PROBABILITY);
            return new TrajectoryBasis(
                    backend,
                    coordinates,
                    directions,
                    backend.allocate(owner, DType.FLOAT64, 1, rank),
                    norm == 0 ? 0 : Math.max(RESOLUTION, bound / norm));
        }
    }

    /** c_tj, by point. */
    double[][] coordinates() {
        return coordinates;
    }

    /** The certificate: a bound on ‖A − Â‖_F/‖A‖_F of the matrix of points that fails once in a thousand times. */
    double error() {
        return error;
    }

    /** out ← Σ_j x_j v_j, {@code [1, n]}. */
    void combine(double[] x, Tensor out) {
        for (int j = 0; j < x.length; j++) {
            combination.set(x[j], 0, j);
        }
        backend.combineRows(directions, combination, out);
    }
}
