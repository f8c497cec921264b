package dev.spectraledge.analysis.experiment.cadence;

import dev.spectraledge.analysis.experiment.MotionParts;
import dev.spectraledge.analysis.spectrum.GramMatrix;
import dev.spectraledge.analysis.spectrum.GramSpectrum;
import dev.spectraledge.analysis.spectrum.SpectralEdge;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import java.util.List;

/** A window of updates with their decay parts, known by their inner products; v_k is formed where a vector is needed. */
final class ReplayedWindow {
    private final GramMatrix gram;
    private final double[][] cross;
    private final List<Tensor> updates;
    private final boolean exact;
    private final GramSpectrum spectrum;

    /**
     * Decomposes.
     *
     * @param gram ⟨Δ_i, Δ_j⟩
     * @param cross ⟨Δ_i, w_j⟩ with the decay part w_j of update j
     * @param updates Δ_i, FLOAT64 {@code [1, p]}
     * @param exact whether all decay parts are sums over every step
     */
    ReplayedWindow(GramMatrix gram, double[][] cross, List<Tensor> updates, boolean exact) {
        this.gram = gram;
        this.cross = cross;
        this.updates = updates;
        this.exact = exact;
        spectrum = new GramSpectrum(updates.size());
        spectrum.compute(gram, 0, updates.size());
    }

    boolean isExact() {
        return exact;
    }

    /** k* = argmax σ_k/σ_{k+1}. */
    int edgePosition() {
        return SpectralEdge.position(spectrum);
    }

    /** σ_k* / σ_{k*+1}. */
    double gapRatio() {
        return SpectralEdge.ratio(spectrum, edgePosition());
    }

    /** g23 = σ_2² − σ_3². */
    double subleadingGap() {
        return SpectralEdge.subleadingGap(spectrum);
    }

    /** g23 as a share of Σσ². */
    double relativeGap() {
        return subleadingGap() / spectrum.trace();
    }

    /** The parts of the motion along direction k, from 0; NaN where rounding leaves no direction. */
    MotionParts parts(int k) {
        if (!spectrum.isResolved(k)) {
            return new MotionParts(Double.NaN, Double.NaN, Double.NaN);
        }
        int size = updates.size();
        double gradientEnergy = 0;
        double decayEnergy = 0;
        double alignment = 0;
        for (int update = 0; update < size; update++) {
            double total = 0;
            double decay = 0;
            for (int row = 0; row < size; row++) {
                double coefficient = spectrum.left(row, k) / spectrum.singularValue(k);
                total += coefficient * gram.get(row, update);
                decay += coefficient * cross[row][update];
            }
            double gradient = total - decay;
            gradientEnergy += gradient * gradient / size;
            decayEnergy += decay * decay / size;
            alignment += gradient * decay / size;
        }
        return new MotionParts(gradientEnergy, decayEnergy, alignment);
    }

    /** v_k, a unit vector {@code [1, p]} whose sign is arbitrary, k from 0. */
    Tensor direction(Backend backend, MemoryOwner owner, int k) {
        Tensor direction =
                backend.allocate(owner, DType.FLOAT64, updates.getFirst().shape());
        for (int row = 0; row < updates.size(); row++) {
            backend.axpy(spectrum.left(row, k) / spectrum.singularValue(k), updates.get(row), direction);
        }
        return direction;
    }
}
