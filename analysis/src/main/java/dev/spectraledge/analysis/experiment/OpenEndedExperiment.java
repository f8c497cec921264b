package dev.spectraledge.analysis.experiment;

/** An experiment that trains on, from a step and until a step that can be chosen. */
public interface OpenEndedExperiment extends Experiment {
    /** The same from another step, for as many steps as by default. */
    OpenEndedExperiment from(long step);

    /**
     * The same until another step.
     *
     * @throws dev.spectraledge.trainer.UsageException if it would end before it begins
     */
    OpenEndedExperiment until(long step);
}
