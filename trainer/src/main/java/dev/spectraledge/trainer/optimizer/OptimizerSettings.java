package dev.spectraledge.trainer.optimizer;

/**
 * Hyper-parameters of one run.
 *
 * @param learningRate η, which the schedule multiplies
 * @param weightDecay ω that training begins with
 * @param beta1 β₁ of Adam
 * @param beta2 β₂ of Adam
 * @param epsilon ε of Adam
 * @param momentum μ of SGD or Muon; 0 for none
 * @param clip largest global norm of the gradient; infinite for no clipping
 * @param schedule what changes from step to step
 */
public record OptimizerSettings(
        double learningRate,
        double weightDecay,
        double beta1,
        double beta2,
        double epsilon,
        double momentum,
        double clip,
        ScheduleSettings schedule) {
    /** Hyper-parameters that do not change. */
    public OptimizerSettings(
            double learningRate,
            double weightDecay,
            double beta1,
            double beta2,
            double epsilon,
            double momentum,
            double clip) {
        this(learningRate, weightDecay, beta1, beta2, epsilon, momentum, clip, ScheduleSettings.CONSTANT);
    }

    /** The same with another learning rate; that after a shift is another by the same factor. */
    public OptimizerSettings withLearningRate(double other) {
        ScheduleSettings own = schedule.with(schedule.shift().scaled(other / learningRate));
        return new OptimizerSettings(other, weightDecay, beta1, beta2, epsilon, momentum, clip, own);
    }

    /** The same with another momentum. */
    public OptimizerSettings withMomentum(double other) {
        return new OptimizerSettings(learningRate, weightDecay, beta1, beta2, epsilon, other, clip, schedule);
    }

    /** Steps whose change is the momentum itself. */
    OptimizerSettings forMomentumAlone() {
        return new OptimizerSettings(-1, 0, beta1, beta2, epsilon, momentum, clip, ScheduleSettings.CONSTANT);
    }

    /** The same for parameters that do not decay. */
    OptimizerSettings withoutWeightDecay() {
        ScheduleSettings own = new ScheduleSettings(
                schedule.warmUpSteps(),
                schedule.cosineEnd(),
                schedule.learningRateFloor(),
                0,
                Double.POSITIVE_INFINITY,
                0,
                schedule.shift());
        return new OptimizerSettings(learningRate, 0, beta1, beta2, epsilon, momentum, clip, own);
    }

    OptimizerSettings withoutClipping() {
        return new OptimizerSettings(
                learningRate, weightDecay, beta1, beta2, epsilon, momentum, Double.POSITIVE_INFINITY, schedule);
    }
}
