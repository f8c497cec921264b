package dev.spectraledge.analysis.experiment;

/** A question that tables alone answer: of whole trainings, so that it has no phases, and of analyses as well. */
public interface TableExperiment extends Experiment {
    @Override
    default boolean looksAtPhases() {
        return false;
    }

    @Override
    default boolean dependsOnPhases() {
        return false;
    }

    @Override
    default boolean looksAtTablesAlone() {
        return true;
    }
}
