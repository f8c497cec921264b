package dev.spectraledge.analysis.experiment.weights;

import dev.spectraledge.analysis.spectrum.GramSpectrum;
import dev.spectraledge.analysis.spectrum.SpectralEdge;

/**
 * What a window says of the gap (thesis §3.3).
 *
 * @param step of its last update
 * @param updates how many it has
 * @param gap g23 = σ_2² − σ_3²
 * @param relativeGap g23/Σσ²
 * @param edge k*, weighted
 * @param ratio R, of σ_k* to σ_{k*+1}
 */
record GapWindow(long step, int updates, double gap, double relativeGap, int edge, double ratio) {
    static GapWindow of(long step, GramSpectrum spectrum) {
        int edge = SpectralEdge.weightedPosition(spectrum);
        double gap = SpectralEdge.subleadingGap(spectrum);
        return new GapWindow(
                step, spectrum.rows(), gap, gap / spectrum.trace(), edge, SpectralEdge.ratio(spectrum, edge));
    }
}
