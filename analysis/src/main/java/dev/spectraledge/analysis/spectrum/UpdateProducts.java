package dev.spectraledge.analysis.spectrum;

/** The inner products that a new update Δ_new brings into a {@link ProductHistory} of window W; filled again each time. */
public final class UpdateProducts {
    /** ⟨Δ_new, Δ_j⟩ with the newest {@link ProductHistory#survivors} updates, oldest first, and then with itself. */
    public final double[] updates;

    /**
     * ⟨Δ_new, Δdecay_i⟩ over the rows of the window that Δ_new ends, oldest first; read with {@link
     * DecaySource#ACCUMULATED} alone.
     */
    public final double[] withDecayParts;

    /** ⟨Δdecay_new, Δ_j⟩ over the same rows; read with {@link DecaySource#ACCUMULATED} alone. */
    public final double[] ofDecayPart;

    /** ⟨θ at the end of the interval, Δ_new⟩. */
    public double parametersAfter;

    /** ηωn of the interval of n steps. */
    public double decayFactor;

    public UpdateProducts(int window) {
        updates = new double[window + 1];
        withDecayParts = new double[window];
        ofDecayPart = new double[window];
    }
}
