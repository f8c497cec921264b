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
 * @param shift what else changes from a step on
 */
public record ScheduleSettings(
        double warmUpSteps,
        double cosineEnd,
        double learningRateFloor,
        double finalWeightDecay,
        double weightDecayChange,
        double weightDecayRamp,
        Shift shift) {
    /** No step differs from another. */
    public static final ScheduleSettings CONSTANT =
            new ScheduleSettings(0, Double.POSITIVE_INFINITY, 0, 0, Double.POSITIVE_INFINITY, 0);

    /** Without a shift. */
    public ScheduleSettings(
            double warmUpSteps,
            double cosineEnd,
            double learningRateFloor,
            double finalWeightDecay,
            double weightDecayChange,
            double weightDecayRamp) {
        this(
                warmUpSteps,
                cosineEnd,
                learningRateFloor,
                finalWeightDecay,
                weightDecayChange,
                weightDecayRamp,
                Shift.NONE);
    }

    /** The same with a shift. */
    public ScheduleSettings with(Shift other) {
        return new ScheduleSettings(
                warmUpSteps, cosineEnd, learningRateFloor, finalWeightDecay, weightDecayChange, weightDecayRamp, other);
    }

    /**
     * What changes from a step on.
     *
     * @param after last step before it; infinite for none
     * @param learningRate of all later steps, whatever the schedule says; NaN if that goes on
     * @param countsAnew whether the optimiser counts its steps from there, as one does that knows nothing yet
     */
    public record Shift(double after, double learningRate, boolean countsAnew) {
        /** Nothing changes. */
        public static final Shift NONE = new Shift(Double.POSITIVE_INFINITY, Double.NaN, false);

        /** The same with all learning rates multiplied. */
        Shift scaled(double factor) {
            return new Shift(after, learningRate * factor, countsAnew);
        }
    }
}
