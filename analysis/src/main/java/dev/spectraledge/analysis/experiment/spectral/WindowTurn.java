package dev.spectraledge.analysis.experiment.spectral;

import dev.spectraledge.analysis.spectrum.DirectionOverlap;
import dev.spectraledge.analysis.spectrum.GramMatrix;
import dev.spectraledge.analysis.spectrum.GramSpectrum;
import dev.spectraledge.analysis.spectrum.SpectralEdge;
import dev.spectraledge.analysis.spectrum.Stability;

/**
 * How far the directions of a window turn until one update later, with which it shares all others, and until W updates later, with
 * which it shares none; and what foretells it. All arrays are by mode.
 *
 * @param position k* of the window
 * @param published α of the draft, from the eigenvalues of the window and the next one
 * @param bound ‖ΔG‖_F/gap_j of the slide by one update
 * @param sine of the angle to the direction one update later
 * @param laterBound ‖ΔG‖_F/gap_j of the change to the window without common updates
 * @param laterSine of the angle to the direction there
 */
@SuppressWarnings("ArrayRecordComponent")
record WindowTurn(
        int position, double[] published, double[] bound, double[] sine, double[] laterBound, double[] laterSine) {
    /** Most modes that are looked at. */
    static final int MODES = 5;

    /** @param gram of 2W updates */
    static WindowTurn of(GramMatrix gram) {
        int width = gram.rows() / 2;
        int modes = Math.min(MODES, width);
        GramSpectrum first = spectrum(gram, 0, width);
        GramSpectrum next = spectrum(gram, 1, width + 1);
        GramSpectrum later = spectrum(gram, width, 2 * width);
        double slide = Stability.slideChange(gram.get(width, width), gram.get(0, 0), gram.get(0, width));
        double change = change(gram, width);
        double ofEigenvalues = Stability.spectrumChange(next, first);
        DirectionOverlap overlap = new DirectionOverlap(width);
        double[] published = new double[modes];
        double[] bound = new double[modes];
        double[] laterBound = new double[modes];
        for (int mode = 0; mode < modes; mode++) {
            published[mode] = Stability.amongModes(next, mode, ofEigenvalues);
            bound[mode] = Stability.rotationBound(first, mode, slide);
            laterBound[mode] = Stability.rotationBound(first, mode, change);
        }
        overlap.compute(gram, first, next, modes);
        double[] sine = sines(overlap, modes);
        overlap.compute(gram, first, later, modes);
        return new WindowTurn(SpectralEdge.position(first), published, bound, sine, laterBound, sines(overlap, modes));
    }

    private static GramSpectrum spectrum(GramMatrix gram, int from, int to) {
        GramSpectrum spectrum = new GramSpectrum(to - from);
        spectrum.compute(gram, from, to);
        return spectrum;
    }

    /** ‖XᵀX − X′ᵀX′‖_F² = ‖XXᵀ‖² + ‖X′X′ᵀ‖² − 2‖XX′ᵀ‖² of the two halves of the rows. */
    private static double change(GramMatrix gram, int width) {
        double sum = 0;
        for (int row = 0; row < 2 * width; row++) {
            for (int column = 0; column < 2 * width; column++) {
                double square = gram.get(row, column) * gram.get(row, column);
                sum += row < width == column < width ? square : -square;
            }
        }
        return Math.max(sum, 0);
    }

    private static double[] sines(DirectionOverlap overlap, int modes) {
        double[] sines = new double[modes];
        for (int mode = 0; mode < modes; mode++) {
            sines[mode] = Math.sqrt(1 - overlap.cosine(mode) * overlap.cosine(mode));
        }
        return sines;
    }

    /** Mean published α of the modes {@code [from, to)}, counted from 0; NaN where there is none. */
    double meanPublished(int from, int to) {
        double sum = 0;
        int last = Math.min(to, published.length);
        for (int mode = from; mode < last; mode++) {
            sum += published[mode];
        }
        return last > from ? sum / (last - from) : Double.NaN;
    }
}
