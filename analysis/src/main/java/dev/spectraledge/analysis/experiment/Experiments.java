package dev.spectraledge.analysis.experiment;

import dev.spectraledge.analysis.experiment.course.TrainingRecord;
import dev.spectraledge.analysis.experiment.dynamics.DefectTrace;
import dev.spectraledge.analysis.experiment.dynamics.LeadTime;
import dev.spectraledge.analysis.experiment.dynamics.QueryKeyCommutator;
import dev.spectraledge.analysis.experiment.dynamics.TrajectoryComponents;
import dev.spectraledge.analysis.experiment.functional.AttentionPatterns;
import dev.spectraledge.trainer.UsageException;
import dev.spectraledge.trainer.io.NearestName;
import java.util.List;
import java.util.stream.Stream;

/** All experiments that there are. */
public final class Experiments {
    private static final List<Experiment> ALL = List.of(
            new TrainingRecord(),
            new GradientDecayDecomposition(),
            new AttentionPatterns(),
            new QueryKeyCommutator(),
            new DefectTrace(),
            new TrajectoryComponents());

    private static final List<JointExperiment> JOINT = List.of(new LeadTime());

    private Experiments() {}

    /** In the order of the paper. */
    public static List<Experiment> all() {
        return ALL;
    }

    /** Those that ask several runs together. */
    public static List<JointExperiment> joint() {
        return JOINT;
    }

    /**
     * The one of this name.
     *
     * @throws UsageException if there is none
     */
    public static Experiment named(String name) {
        List<String> names = Stream.concat(
                        ALL.stream().map(Experiment::name), JOINT.stream().map(JointExperiment::name))
                .toList();
        return ALL.stream()
                .filter(experiment -> experiment.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new UsageException("there is no experiment '" + name + "'"
                        + NearestName.hint(name, names) + " (experiments: " + String.join(", ", names) + ")"));
    }
}
