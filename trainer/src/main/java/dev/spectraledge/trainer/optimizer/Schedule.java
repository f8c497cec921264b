package dev.spectraledge.trainer.optimizer;

/** How learning rate and weight decay of a run follow from the number of a step. */
public final class Schedule {
    private final OptimizerSettings settings;
    private double weightDecayChange;

    public Schedule(OptimizerSettings settings) {
        this.settings = settings;
        weightDecayChange = settings.schedule().weightDecayChange();
    }

    /** Says which step is the last one with the initial weight decay. */
    void changeWeightDecayAfter(long step) {
        weightDecayChange = step;
    }

    /**
     * η of step t ≥ 1: base·t/n in the n steps of the warm-up, then base·max(floor, ½(1 + cos πp)) with p = (t − n)/(end −
     * n), at most 1 (Loshchilov and Hutter 2017 without restarts, cut off at the floor); after a shift that of the shift.
     */
    double learningRate(long step) {
        ScheduleSettings own = settings.schedule();
        if (step > own.shift().after() && !Double.isNaN(own.shift().learningRate())) {
            return own.shift().learningRate();
        }
        double warmUp = own.warmUpSteps();
        if (step < warmUp) {
            return settings.learningRate() * (step / warmUp);
        }
        double progress = Math.min(1, (step - warmUp) / (own.cosineEnd() - warmUp));
        double cosine = 0.5 * (1 + Math.cos(Math.PI * progress));
        return settings.learningRate() * Math.max(own.learningRateFloor(), cosine);
    }

    /** ω of step t ≥ 1: the initial one up to the step of the change, then on a straight line to the final one. */
    double weightDecay(long step) {
        ScheduleSettings own = settings.schedule();
        double since = step - weightDecayChange;
        double changed = since <= 0 ? 0 : Math.min(1, since / Math.max(1, own.weightDecayRamp()));
        return settings.weightDecay() * (1 - changed) + own.finalWeightDecay() * changed;
    }

    /** t of Adam's corrections of its moments: steps since these were zero. */
    double optimizerStep(long step) {
        ScheduleSettings.Shift shift = settings.schedule().shift();
        return shift.countsAnew() && step > shift.after() ? step - shift.after() : step;
    }

    /** ηω of a step. */
    public double decayRate(long step) {
        return learningRate(step) * weightDecay(step);
    }
}
