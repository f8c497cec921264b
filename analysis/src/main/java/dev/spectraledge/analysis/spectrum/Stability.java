package dev.spectraledge.analysis.spectrum;

/**
 * Stability coefficients α_j = max(0, 1 − ‖ΔG‖_F²/gap_j²) of a mode (thesis, stability theorem, constant 1), in two
 * versions that differ in what they take for ΔG. Gaps are between eigenvalues, in units of σ².
 */
public final class Stability {
    private static final double GAP_FLOOR = 1e-20;

    private Stability() {}

    /**
     * ‖ΔG‖_F² from the eigenvalues alone: Σ_j (σ_j(t)² − σ_j(t−1)²)², blind to rotation (thesis draft, as published). Both
     * windows need the same number of rows.
     */
    public static double spectrumChange(GramSpectrum current, GramSpectrum previous) {
        double sum = 0;
        for (int mode = 0; mode < current.rows(); mode++) {
            double change = square(current.singularValue(mode)) - square(previous.singularValue(mode));
            sum += change * change;
        }
        return sum;
    }

    /**
     * ‖ΔG‖_F² of the p × p operator XᵀX when the window slides by one update, which changes it by
     * δδᵀ − δ′δ′ᵀ: |δ|⁴ + |δ′|⁴ − 2⟨δ, δ′⟩², exact (ours).
     *
     * @param incoming |δ|² of the update that came
     * @param outgoing |δ′|² of the update that left; 0 where none did
     * @param product ⟨δ, δ′⟩
     */
    public static double slideChange(double incoming, double outgoing, double product) {
        // The same without cancellation between nearly equal updates.
        double difference = incoming - outgoing;
        return difference * difference + 2 * Math.max(incoming * outgoing - product * product, 0);
    }

    /** α with gaps among the w eigenvalues of the Gram matrix, as published; gap² is raised by 1e-20. */
    public static double amongModes(GramSpectrum spectrum, int mode, double squaredChange) {
        return coefficient(squaredChange, nearestMode(spectrum, mode));
    }

    /** α with gaps in the spectrum of XᵀX, to whose eigenvalues the zeros of all other directions belong as well (ours). */
    public static double amongAllDirections(GramSpectrum spectrum, int mode, double squaredChange) {
        return coefficient(squaredChange, gapAmongAllDirections(spectrum, mode));
    }

    /**
     * ‖ΔG‖_F/gap_j, which the thesis has for a bound of sin∠(v_j, v_j′) (theorem of Davis and Kahan). With the gaps of one of the
     * two windows alone, twice as much is a bound whatever the change (Yu, Wang and Samworth 2015). Above 1 it says nothing.
     */
    public static double rotationBound(GramSpectrum spectrum, int mode, double squaredChange) {
        return Math.sqrt(squaredChange) / gapAmongAllDirections(spectrum, mode);
    }

    private static double gapAmongAllDirections(GramSpectrum spectrum, int mode) {
        return Math.min(nearestMode(spectrum, mode), square(spectrum.singularValue(mode)));
    }

    private static double nearestMode(GramSpectrum spectrum, int mode) {
        double value = square(spectrum.singularValue(mode));
        double nearest = Double.POSITIVE_INFINITY;
        for (int other = 0; other < spectrum.rows(); other++) {
            if (other != mode) {
                nearest = Math.min(nearest, Math.abs(value - square(spectrum.singularValue(other))));
            }
        }
        return nearest;
    }

    private static double coefficient(double squaredChange, double gap) {
        return Math.max(0, 1 - squaredChange / (gap * gap + GAP_FLOOR));
    }

    private static double square(double value) {
        return value * value;
    }
}
