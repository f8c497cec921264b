package dev.spectraledge.analysis.decomposition;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.PhiloxKey;
import dev.spectraledge.kernels.Workers;
import dev.spectraledge.kernels.linalg.FrequentDirections;
import dev.spectraledge.kernels.linalg.StreamingSpectrum;
import dev.spectraledge.kernels.linalg.StreamingSvd;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.UsageException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The singular values of a trajectory in one pass over its files, by {@link StreamingSvd} or {@link FrequentDirections}. */
final class TrajectorySpectrum {
    private static final int ERROR_ROWS = 20;
    private static final int BUFFERED_ROWS = 8;
    private static final double FAILURE_PROBABILITY = 1e-3;

    private final DecompositionSettings settings;
    private final Backend backend;
    private final Workers workers;
    private final MemoryLimit limit;

    TrajectorySpectrum(DecompositionSettings settings, Backend backend, Workers workers, MemoryLimit limit) {
        this.settings = settings;
        this.backend = backend;
        this.workers = workers;
        this.limit = limit;
    }

    DecompositionResult decompose() {
        Trajectory trajectory = new Trajectory(settings);
        int rank = Math.min(settings.rank(), trajectory.rows());
        CertifiedSpectrum spectrum = settings.method() == Method.STREAMING
                ? streaming(trajectory, rank)
                : frequentDirections(trajectory, rank);
        return new DecompositionResult(
                List.of(spectrum), Map.of(settings.files().getFirst().toString(), trajectory.leftOut()));
    }

    private CertifiedSpectrum streaming(Trajectory trajectory, int rank) {
        StreamingSvd.Parameters parameters = new StreamingSvd.Parameters(
                sketchedRank(trajectory, rank),
                ERROR_ROWS,
                Math.min(BUFFERED_ROWS, trajectory.rows()),
                trajectory.rows(),
                new PhiloxKey(settings.seed(), 0));
        if (trajectory.parameters() < parameters.coreRows()) {
            throw new UsageException("--rank cannot be " + settings.rank() + " by --method "
                    + settings.method().key() + " for rows of " + trajectory.parameters()
                    + " parameters, its sketches need "
                    + parameters.coreRows() + "; choose a smaller rank or --method "
                    + Method.FREQUENT_DIRECTIONS.key());
        }
        requireRoom(trajectory, parameters.rangeRows() + ERROR_ROWS + parameters.block());
        try (MemoryOwner owner = MemoryOwner.open("spectrum of a trajectory")) {
            StreamingSvd svd =
                    new StreamingSvd(backend, workers, owner, trajectory.type(), parameters, trajectory.parameters());
            trajectory.pass(backend, row -> {
                svd.add(row);
                requireFinite(svd.squaredNorm());
            });
            StreamingSpectrum spectrum = svd.spectrum();
            int count = Math.min(rank, spectrum.size());
            double norm = Math.sqrt(spectrum.squaredNorm());
            double error = spectrum.errorBound(spectrum.size(), FAILURE_PROBABILITY);
            double[] values = new double[count];
            double[] lower = new double[count];
            double[] upper = new double[count];
            for (int index = 0; index < count; index++) {
                values[index] = spectrum.singularValue(index);
                lower[index] = Math.max(0, values[index] - error);
                upper[index] = Math.min(values[index] + error, norm);
            }
            Map<String, Object> certificate = new LinkedHashMap<>();
            certificate.put("frobenius_residual_estimate", spectrum.errorEstimate(count));
            certificate.put("frobenius_residual_bound", spectrum.errorBound(count, FAILURE_PROBABILITY));
            certificate.put("value_error_bound", error);
            certificate.put("failure_probability", FAILURE_PROBABILITY);
            return spectrum(trajectory, values, lower, upper, norm, certificate);
        }
    }

    /**
     * More than the rank wanted, so that what lies beyond it disturbs less; no more than makes the sketches as large as the
     * trajectory, which is exact.
     */
    private static int sketchedRank(Trajectory trajectory, int rank) {
        return Math.clamp(Math.ceilDiv(trajectory.rows() - 1, 4), 1, 2 * rank + 5);
    }

    private CertifiedSpectrum frequentDirections(Trajectory trajectory, int rank) {
        int size = Math.max(2, 2 * rank);
        requireRoom(trajectory, 2 * size);
        try (MemoryOwner owner = MemoryOwner.open("spectrum of a trajectory")) {
            FrequentDirections sketch =
                    new FrequentDirections(backend, workers, owner, trajectory.type(), size, trajectory.parameters());
            trajectory.pass(backend, row -> {
                sketch.add(row);
                requireFinite(sketch.squaredNorm());
            });
            double[] all = sketch.singularValues();
            double norm = Math.sqrt(sketch.squaredNorm());
            double rounding = roundingError(trajectory, norm);
            double[] values = new double[rank];
            double[] lower = new double[rank];
            double[] upper = new double[rank];
            for (int index = 0; index < rank; index++) {
                values[index] = all[index];
                lower[index] = Math.max(0, all[index] - rounding);
                upper[index] = Math.min(Math.sqrt(all[index] * all[index] + sketch.shrinkage()), norm) + rounding;
            }
            Map<String, Object> certificate = new LinkedHashMap<>();
            certificate.put("shrinkage", sketch.shrinkage());
            certificate.put("rounding_error", rounding);
            certificate.put("failure_probability", 0.0);
            return spectrum(trajectory, values, lower, upper, norm, certificate);
        }
    }

    private void requireFinite(double squares) {
        if (!Double.isFinite(squares)) {
            throw new RunException(settings.files().getFirst() + ": its numbers, or those of a file after it, are so"
                    + " large that the squares of " + settings.rows().key() + " overflow");
        }
    }

    /**
     * √(2T)·u·‖A‖_F: each of the T/ℓ times that the sketch shrinks, its rows become sums of 2ℓ products in the type of the
     * rows, of which each rounds with unit u and a sign of its own (ours).
     */
    private static double roundingError(Trajectory trajectory, double norm) {
        double unit = trajectory.type() == DType.FLOAT32 ? 0x1p-24 : 0x1p-53;
        return Math.sqrt(2.0 * trajectory.rows()) * unit * norm;
    }

    private void requireRoom(Trajectory trajectory, int vectors) {
        double bytes = (double) trajectory.parameters() * trajectory.type().bytes();
        limit.require(
                bytes * (vectors + trajectory.buffers()), "a trajectory of " + trajectory.parameters() + " parameters");
    }

    private CertifiedSpectrum spectrum(
            Trajectory trajectory,
            double[] values,
            double[] lower,
            double[] upper,
            double norm,
            Map<String, Object> certificate) {
        return new CertifiedSpectrum(
                settings.rows().key() + " of " + settings.files().size() + " files",
                trajectory.rows(),
                trajectory.parameters(),
                values,
                lower,
                upper,
                norm,
                certificate);
    }
}
