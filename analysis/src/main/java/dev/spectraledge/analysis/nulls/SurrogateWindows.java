package dev.spectraledge.analysis.nulls;

import dev.spectraledge.analysis.spectrum.GramMatrix;
import dev.spectraledge.kernels.PhiloxKey;

/** Surrogates of a few updates in a row, as Gram matrices, for any statistic of them. */
public final class SurrogateWindows {
    private final PhiloxKey key;
    private final RandomSequence random = new RandomSequence();
    private final SurrogateGram surrogate;
    private final LagCorrelation correlation;
    private final GramMatrix drawn;

    /** @param capacity most updates in a row */
    public SurrogateWindows(int capacity, PhiloxKey key) {
        this.key = key;
        surrogate = new SurrogateGram(capacity, random);
        correlation = new LagCorrelation(capacity);
        drawn = new GramMatrix(capacity);
    }

    /**
     * A surrogate of all rows of a Gram matrix; it is overwritten by the next one.
     *
     * @param parameters the length of an update
     * @param draw which one; the same for the same number
     */
    public GramMatrix draw(NullModel model, GramMatrix observed, long parameters, long draw) {
        if (model == NullModel.AUTOCORRELATED) {
            correlation.measure(observed, 0, observed.rows());
        }
        random.seek(key, draw * surrogate.blocksPerDraw());
        surrogate.draw(
                observed,
                0,
                observed.rows(),
                parameters,
                model == NullModel.AUTOCORRELATED ? correlation : null,
                drawn);
        return drawn;
    }
}
