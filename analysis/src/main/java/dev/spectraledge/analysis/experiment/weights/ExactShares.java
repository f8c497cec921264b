package dev.spectraledge.analysis.experiment.weights;

import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.report.RunTable;
import java.util.Optional;

/**
 * The shares of gradient and decay along each direction from the decay part of every single step, which only the run itself
 * could sum while it trained; and how far the published estimate is from them.
 */
final class ExactShares {
    private static final int DIRECTIONS = 4;

    private ExactShares() {}

    /** Adds what the run recorded, beside the published fractions that are there already. */
    static void measure(StudiedRun run, long stride, int window, Findings findings) {
        Optional<RunTable> recorded = run.spectrum(stride, window);
        if (recorded.isEmpty()) {
            findings.remark("no exact shares: no observer recorded windows of " + window + " updates of " + stride
                    + " steps of the attention weights while the run trained");
            return;
        }
        double[] steps = recorded.get().steps();
        for (int k = 1; k <= DIRECTIONS; k++) {
            double[] fractions = recorded.get().require("gradient_share_" + k);
            double[] alignments = recorded.get().require("alignment_" + k);
            for (int row = 0; row < steps.length; row++) {
                if (!Double.isNaN(fractions[row])) {
                    measure("v" + k, (long) steps[row], fractions[row], alignments[row], findings);
                }
            }
        }
    }

    private static void measure(String item, long step, double fraction, double cosine, Findings findings) {
        findings.controlled("gradient-fraction-exact", item, step, fraction);
        findings.controlled("gradient-share-exact", item, step, withCrossTerm(fraction, cosine));
        findings.value(Procedure.PUBLISHED, "gradient-fraction", item, step)
                .ifPresent(
                        estimate -> findings.controlled("trapezoid-error", item, step, Math.abs(estimate - fraction)));
    }

    /**
     * The gradient's share of the whole energy E_g + E_w + 2⟨g, w⟩ with half of the cross term, as
     * {@link dev.spectraledge.analysis.experiment.MotionParts#signedShare}.
     *
     * @param fraction E_g/(E_g + E_w)
     * @param cosine ⟨g, w⟩/√(E_g E_w); NaN where one of them is zero
     */
    static double withCrossTerm(double fraction, double cosine) {
        double cross = Double.isNaN(cosine) ? 0 : cosine * Math.sqrt(fraction * (1 - fraction));
        return (fraction + cross) / (1 + 2 * cross);
    }
}
