package dev.spectraledge.analysis.paper.lifecycle;

import dev.spectraledge.analysis.statistic.Interval;

/**
 * The classes of the paper (Lifecycle §4.27), which gives them by example, with a rule that decides (ours). Two things are
 * asked, each with its confidence interval over the seeds:
 *
 * <ul>
 *   <li>how often the gradient leads the edge: the share of windows after grokking in which more of σ_1 was made by gradients
 *       than by weight decay. It is gradient-led where all of the interval lies above 2/3, decay-led below 1/3, balanced within;
 *   <li>whether the edge carries the function: whether more of the response to a step along v_1 lies between inputs of
 *       different targets than of the response along random directions. It does where all of the interval of the difference
 *       lies above 0 and p ≤ 0.05 that random directions reach it; it does not where neither is so and all of the interval of
 *       the difference from the largest random direction lies below 0 ({@link EdgeFunction}).
 * </ul>
 *
 * Decay-led edges are {@link #COMPRESSION}. Gradient-led edges are {@link #FUNCTIONAL} if they carry the function and {@link
 * #MIXED} if they do not; so are balanced ones. There is no class where updates are as independent of each other as isotropic
 * random ones (coherence less than twice as far above 1 as theirs), where weight decay is zero and cannot lead, or where an interval spans a border.
 */
enum UniversalityClass {
    FUNCTIONAL("functional"),
    MIXED("mixed"),
    COMPRESSION("compression"),
    NO_EDGE("no edge"),
    UNDECIDED("undecided");

    private static final double MOSTLY = 2.0 / 3;
    private static final double RARELY = 1.0 / 3;
    private static final double COHERENT = 2;

    private final String text;

    UniversalityClass(String text) {
        this.text = text;
    }

    String text() {
        return text;
    }

    /**
     * By the rule.
     *
     * @param gradientLed share of windows that the gradient leads
     * @param function of v_1 beside that of random directions
     * @param coherence how far σ_1² over the largest squared norm of an update, the median over the windows, lies above 1, in
     *     units of what independent isotropic updates give
     */
    static UniversalityClass of(Interval gradientLed, EdgeFunction function, Interval coherence) {
        if (coherence.isBelow(COHERENT)) {
            return NO_EDGE;
        }
        if (gradientLed.isBelow(RARELY)) {
            return COMPRESSION;
        }
        if (gradientLed.isAbove(MOSTLY)) {
            return function.exceedsRandom() ? FUNCTIONAL : function.isMatchedByRandom() ? MIXED : UNDECIDED;
        }
        return gradientLed.isAbove(RARELY) && gradientLed.isBelow(MOSTLY) ? MIXED : UNDECIDED;
    }
}
