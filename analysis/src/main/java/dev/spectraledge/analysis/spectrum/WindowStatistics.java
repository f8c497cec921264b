package dev.spectraledge.analysis.spectrum;

import java.util.List;

/** Numbers with names that follow from the Gram matrix of a few updates, of a window as of its surrogates. */
public interface WindowStatistics {
    /** Names of the numbers, in order. */
    List<String> names();

    /**
     * Sets as many elements of {@code target} as there are names, from the first on; NaN where rows {@code [from, to)} of {@code
     * gram} cannot say it.
     *
     * @param parameters P, the length of an update
     */
    void compute(GramMatrix gram, int from, int to, long parameters, double[] target);
}
