package dev.spectraledge.analysis.experiment;

/**
 * Means over the updates of a window of products with one direction.
 *
 * @param gradientEnergy of the squared product of the gradient's part
 * @param decayEnergy of the squared product of the decay part
 * @param alignment of the product of both
 */
public record MotionParts(double gradientEnergy, double decayEnergy, double alignment) {
    /** E_g/(E_g + E_w), one half where both are zero, as published. */
    public double fraction() {
        return gradientEnergy + decayEnergy == 0 ? 0.5 : gradientEnergy / (gradientEnergy + decayEnergy);
    }

    /** The gradient's share of the whole energy, with half of the cross term; may lie outside of [0, 1] (ours). */
    public double signedShare() {
        double whole = gradientEnergy + decayEnergy + 2 * alignment;
        return whole == 0 ? Double.NaN : (gradientEnergy + alignment) / whole;
    }
}
