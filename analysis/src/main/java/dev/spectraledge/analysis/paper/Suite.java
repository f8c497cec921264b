package dev.spectraledge.analysis.paper;

import dev.spectraledge.analysis.experiment.Experiment;
import dev.spectraledge.analysis.experiment.Experiments;
import dev.spectraledge.analysis.experiment.OpenEndedExperiment;
import dev.spectraledge.analysis.protocol.Protocols;
import java.util.List;
import java.util.Map;

/**
 * Which experiments a paper's page is made of, and on which runs.
 *
 * @param experiments names of those that are made if nothing else is said; empty for all that there are
 * @param costly names of those that train on or take second derivatives for minutes; they are made on few runs
 * @param costlyOn names of the subjects that these are made on, on the first run of each
 * @param onlyOn by experiment, names of the subjects on every run of which it is made and on no other; all subjects for those that
 *     are not there
 * @param protocols by scale, what is chosen otherwise than in the papers: {@code task,experiment,parameter,value}
 * @param stretches by scale, where those whose ends can be chosen train on; those of other scales choose them themselves
 */
public record Suite(
        List<String> experiments,
        List<String> costly,
        List<String> costlyOn,
        Map<String, List<String>> onlyOn,
        Map<String, List<String>> protocols,
        Map<String, Stretch> stretches) {
    /** All experiments on all runs. */
    static final Suite WHOLE = new Suite(List.of(), List.of(), List.of(), Map.of(), Map.of(), Map.of());

    /** Steps of a training that goes on. */
    record Stretch(long from, long until) {}

    /** Whether an experiment is made if nothing else is said. */
    public boolean has(String experiment) {
        return experiments.isEmpty() || experiments.contains(experiment);
    }

    /** What is chosen of experiments at a scale. */
    public Protocols protocols(String scale) {
        return Protocols.with(protocols.getOrDefault(scale, List.of()));
    }

    /** The same experiments as they are made at a scale. */
    public List<Experiment> at(String scale, List<Experiment> wanted) {
        Stretch stretch = stretches.get(scale);
        return stretch == null || wanted.stream().noneMatch(OpenEndedExperiment.class::isInstance)
                ? wanted
                : Experiments.until(Experiments.from(wanted, stretch.from()), stretch.until());
    }

    /**
     * Whether it is made on a run.
     *
     * @param isFirst whether the run is the first of its subject
     */
    boolean asks(String experiment, Subject subject, boolean isFirst) {
        List<String> only = onlyOn.get(experiment);
        return (only == null || only.contains(subject.name()))
                && (!costly.contains(experiment) || (isFirst && costlyOn.contains(subject.name())));
    }
}
