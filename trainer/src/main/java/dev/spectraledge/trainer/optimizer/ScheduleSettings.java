package dev.spectraledge.trainer.optimizer;

/**
 * How learning rate and weight decay of one run change from step to step; {@link
 * Schedule} has the formulas.
 *
 * @param warmUpSteps steps over which the learning rate rises from 0; 0 for none
 * @param cosineEnd step at which the half period of a cosine ends; infinite for a constant learning rate
 * @param learningRateFloor share of the learning rate below which the cosine does not take it
 * @param finalWeightDecay weight decay after the change
 * @param weightDecayChange last step with the initial weight decay; infinite for no change, or none that is known yet
 * @param weightDecayRamp steps that the change takes
 */
public record ScheduleSettings(
        double warmUpSteps,
        double cosineEnd,
        double learningRateFloor,
        double finalWeightDecay,
        double weightDecayChange,
        double weightDecayRamp) {
    /** No step differs from another. */
    public static final ScheduleSettings CONSTANT =
            new ScheduleSettings(0, Double.POSITIVE_INFINITY, 0, 0, Double.POSITIVE_INFINITY, 0);
}
