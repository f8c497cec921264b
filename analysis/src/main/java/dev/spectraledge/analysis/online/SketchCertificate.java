package dev.spectraledge.analysis.online;

import dev.spectraledge.kernels.linalg.SketchedWindow;
import dev.spectraledge.kernels.linalg.WindowSpectrum;
import java.util.ArrayList;
import java.util.List;

/**
 * How far sketches may lead the numbers of one run's window astray.
 *
 * <ul>
 *   <li>{@code sketch_dimension}: d
 *   <li>{@code sigma_error_bound}: relative error that no singular value of the window exceeds, but for a probability of
 *       {@link SketchedWindow#FAILURE_PROBABILITY}; see {@link SketchedWindow}
 *   <li>{@code sigma_standard_error_k}: root mean square of the relative error of σ_k
 *   <li>{@code norm_distortion, decay_norm_distortion}: largest relative change of the norm of an update, and of a decay
 *       part, measured against the exact norms
 *   <li>{@code decay_product_error_bound}: error of ⟨Δdecay_i, Δ_j⟩ in units of ‖Δdecay_i‖‖Δ_j‖ that no product exceeds, with
 *       the same probability. The singular values of updates and decay parts together, 2w vectors, change by at most a
 *       factor of 1 ± ε with ε = √(2w/d) + √(2 ln(2/p)/d), hence the form ‖Ωx‖² by at most 2ε + ε² of ‖x‖² on their span,
 *       and so does each product by polarisation (ours). A measured change of norm that is larger takes the place of ε.
 * </ul>
 */
final class SketchCertificate implements WindowCertificate {
    private static final int BOUND = 0;
    private static final int FIRST_STANDARD_ERROR = 1;

    private final int run;
    private final int window;
    private final int dimension;
    private final boolean ofGradients;
    private final List<String> columns = new ArrayList<>();
    private final double[] values;

    /** @param ofGradients whether there are no decay parts, so that there are no columns of theirs either */
    SketchCertificate(int run, int window, int dimension, boolean ofGradients) {
        this.ofGradients = ofGradients;
        this.run = run;
        this.window = window;
        this.dimension = dimension;
        columns.add("sigma_error_bound");
        for (int mode = 1; mode <= window; mode++) {
            columns.add("sigma_standard_error_" + mode);
        }
        columns.add("norm_distortion");
        if (!ofGradients) {
            columns.addAll(List.of("decay_norm_distortion", "decay_product_error_bound"));
        }
        columns.add("sketch_dimension");
        values = new double[columns.size()];
    }

    @Override
    public List<String> columns() {
        return columns;
    }

    @Override
    public double value(int index) {
        return values[index];
    }

    /**
     * Takes the numbers of the newest window.
     *
     * @param decayParts null for gradients
     * @param spectrum of the window of updates as it is now
     */
    void take(SketchedWindow updates, SketchedWindow decayParts, WindowSpectrum spectrum) {
        values[BOUND] = spectrum.relativeErrorBound(run, 0);
        for (int mode = 0; mode < window; mode++) {
            values[FIRST_STANDARD_ERROR + mode] =
                    mode < spectrum.rows() ? spectrum.relativeStandardError(run, mode) : Double.NaN;
        }
        int next = FIRST_STANDARD_ERROR + window;
        double distortion = updates.normDistortion(run);
        values[next++] = distortion;
        if (!ofGradients) {
            double decayDistortion = decayParts.normDistortion(run);
            values[next++] = decayDistortion;
            double bound = Math.max(
                    SketchedWindow.distortionBound(2 * spectrum.rows(), dimension),
                    Math.max(distortion, decayDistortion));
            values[next++] = 2 * bound + bound * bound;
        }
        values[next] = dimension;
    }
}
