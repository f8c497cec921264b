package dev.spectraledge.analysis.nulls;

/** What a surrogate window keeps of the observed one; all keep the norm of every update. */
public enum NullModel {
    /** Independent updates in uniformly random directions. */
    INDEPENDENT(0),
    /**
     * A stationary Gaussian process whose correlation at each lag is the mean cosine between updates that far apart in the
     * observed window.
     */
    AUTOCORRELATED(1);

    private final int code;

    NullModel(int code) {
        this.code = code;
    }

    /** Number in tables and in random streams: 0 independent, 1 autocorrelated. */
    public int code() {
        return code;
    }
}
