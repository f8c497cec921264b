package dev.spectraledge.analysis.experiment;

/** An experiment that trains on until a step that can be chosen. */
public interface OpenEndedExperiment extends Experiment {
    /**
     * The same until another step.
     *
     * @throws dev.spectraledge.trainer.UsageException if it would end before it begins
     */
    OpenEndedExperiment until(long step);
}
