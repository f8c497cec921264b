package dev.spectraledge.analysis.paper;

import java.util.List;

/**
 * Which experiments a paper's page is made of, and on which runs.
 *
 * @param experiments names of those that are made if nothing else is said; empty for all that there are
 * @param costly names of those that train on or take second derivatives for minutes; they are made on few runs
 * @param costlyOn names of the subjects that these are made on, on the first run of each
 */
public record Suite(List<String> experiments, List<String> costly, List<String> costlyOn) {
    /** All experiments on all runs. */
    static final Suite WHOLE = new Suite(List.of(), List.of(), List.of());

    /** Whether an experiment is made if nothing else is said. */
    public boolean has(String experiment) {
        return experiments.isEmpty() || experiments.contains(experiment);
    }

    /**
     * Whether it is made on a run.
     *
     * @param isFirst whether the run is the first of its subject
     */
    boolean asks(String experiment, Subject subject, boolean isFirst) {
        return !costly.contains(experiment) || (isFirst && costlyOn.contains(subject.name()));
    }
}
