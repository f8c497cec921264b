package dev.spectraledge.analysis.spectrum;

import java.util.ArrayList;
import java.util.List;

/**
 * How far a full window moved when one update came and one left, and what the thesis makes of that: the bound for the rotation of
 * each direction (its theorem 9.1) and the adiabatic parameter A = ‖ΔG‖_F/(ηg²), with the gap g = σ_k* − σ_{k*+1}. ΔG is once that
 * of the eigenvalues and once that of XᵀX, exactly; see {@link Stability}. Since G and g² have one unit, A as printed has that of
 * 1/η; {@code adiabatic_per_update} has none. All of it follows from singular values and products, so that {@link #compute} needs no
 * vectors.
 */
public final class SlideStatistics implements WindowStatistics {
    private static final List<String> VERSIONS = List.of("spectrum", "rank2");

    private final int directions;
    private final GramSpectrum current;
    private final GramSpectrum previous;
    private double learningRate = Double.NaN;

    /** @param window W; the Gram matrix holds W + 1 updates, the oldest being that which left */
    public SlideStatistics(int window) {
        directions = Math.min(window, WindowDiagnostics.DIRECTIONS);
        current = GramSpectrum.ofValues(window);
        previous = GramSpectrum.ofValues(window);
    }

    /** Sets η for what follows; NaN where it is not known. */
    public void setLearningRate(double rate) {
        learningRate = rate;
    }

    @Override
    public List<String> names() {
        List<String> names = new ArrayList<>();
        VERSIONS.forEach(version -> names.add("gram_change_" + version));
        for (int mode = 1; mode <= directions; mode++) {
            names.add("davis_kahan_" + mode);
        }
        VERSIONS.forEach(version -> names.add("adiabatic_" + version));
        VERSIONS.forEach(version -> names.add("adiabatic_per_update_" + version));
        return names;
    }

    @Override
    public void compute(GramMatrix gram, int from, int to, long parameters, double[] target) {
        previous.compute(gram, from, to - 1);
        current.compute(gram, from + 1, to);
        fill(gram, from, current, previous, target, 0);
    }

    /**
     * The same where both windows are decomposed.
     *
     * @param left row of the update that left; the last one is that which came
     * @param first element of {@code target} to set
     */
    void fill(GramMatrix gram, int left, GramSpectrum now, GramSpectrum before, double[] target, int first) {
        int came = gram.rows() - 1;
        double exact = Stability.slideChange(gram.get(came, came), gram.get(left, left), gram.get(left, came));
        double ofEigenvalues = Math.sqrt(Stability.spectrumChange(now, before));
        double ofOperator = Math.sqrt(exact);
        int next = first;
        target[next++] = ofEigenvalues;
        target[next++] = ofOperator;
        for (int mode = 0; mode < directions; mode++) {
            target[next++] = now.isResolved(mode) ? Stability.rotationBound(now, mode, exact) : Double.NaN;
        }
        double gap = SpectralEdge.isResolved(now) ? SpectralEdge.gap(now, SpectralEdge.position(now)) : Double.NaN;
        target[next++] = ofEigenvalues / (learningRate * gap * gap);
        target[next++] = ofOperator / (learningRate * gap * gap);
        target[next++] = ofEigenvalues / (gap * gap);
        target[next] = ofOperator / (gap * gap);
    }
}
