package dev.spectraledge.analysis.report;

import dev.spectraledge.analysis.nulls.NullModel;
import java.util.Arrays;
import java.util.Optional;

/**
 * In how many windows the gap ratio R exceeds what a null model gives. Only full windows that share no update count, because
 * neighbours hold nearly the same updates and would count one event W times.
 *
 * @param exceeding windows whose R lies above the highest recorded quantile
 * @param windows all of them
 * @param quantile that quantile's level
 */
record NullExcess(int exceeding, int windows, double quantile) {
    private static final String GAP_RATIO = "gap_ratio";

    /** Empty where no such window has a null. */
    static Optional<NullExcess> of(ObservedSpectrum spectrum, NullModel model) {
        Optional<ObservedSpectrum.NullRange> range = spectrum.nullRange(model, GAP_RATIO);
        Optional<double[]> ratios = spectrum.column(GAP_RATIO);
        if (range.isEmpty() || ratios.isEmpty()) {
            return Optional.empty();
        }
        int windows = 0;
        int exceeding = 0;
        int next = 0;
        for (int row = 0; row < ratios.get().length; row++) {
            double bound = range.get().highAt(spectrum.steps()[row]);
            boolean known = !Double.isNaN(bound) && !Double.isNaN(ratios.get()[row]);
            if (row >= next && known && spectrum.isFull(row)) {
                windows++;
                exceeding += ratios.get()[row] > bound ? 1 : 0;
                next = row + spectrum.window();
            }
        }
        double level = Arrays.stream(spectrum.nulls().orElseThrow().require("quantile"))
                .max()
                .orElse(Double.NaN);
        return windows == 0 ? Optional.empty() : Optional.of(new NullExcess(exceeding, windows, level));
    }
}
