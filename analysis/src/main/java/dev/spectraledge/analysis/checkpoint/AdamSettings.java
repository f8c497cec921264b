package dev.spectraledge.analysis.checkpoint;

/**
 * How Adam updates the parameters of one group.
 *
 * @param learningRate η
 * @param beta1 of the first moment
 * @param beta2 of the second moment
 * @param epsilon added to the root of the second moment
 * @param weightDecay ω
 * @param decoupled whether ωθ is part of the step itself (AdamW), not of the gradient (Adam)
 * @param biasCorrected whether the moments are divided by 1 − β^t
 */
public record AdamSettings(
        double learningRate,
        double beta1,
        double beta2,
        double epsilon,
        double weightDecay,
        boolean decoupled,
        boolean biasCorrected) {}
