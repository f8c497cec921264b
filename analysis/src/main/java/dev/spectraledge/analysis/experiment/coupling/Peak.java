package dev.spectraledge.analysis.experiment.coupling;

import dev.spectraledge.analysis.series.LagCorrelations;
import java.util.Locale;

/** Which lag of several is taken for the one that counts. */
enum Peak {
    /** That of the most negative correlation, as published. */
    MOST_NEGATIVE {
        @Override
        int lag(LagCorrelations correlations) {
            return correlations.mostNegative();
        }
    },
    /** That of the strongest one, whichever its sign. */
    STRONGEST {
        @Override
        int lag(LagCorrelations correlations) {
            return correlations.strongest();
        }
    };

    abstract int lag(LagCorrelations correlations);

    /** In items of findings. */
    String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
