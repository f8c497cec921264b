package dev.spectraledge.analysis.experiment;

import dev.spectraledge.analysis.experiment.course.TrainingRecord;
import dev.spectraledge.analysis.experiment.functional.AttentionPatterns;
import dev.spectraledge.trainer.UsageException;
import dev.spectraledge.trainer.io.NearestName;
import java.util.List;

/** All experiments that there are. */
public final class Experiments {
    private static final List<Experiment> ALL =
            List.of(new TrainingRecord(), new GradientDecayDecomposition(), new AttentionPatterns());

    private Experiments() {}

    /** In the order of the paper. */
    public static List<Experiment> all() {
        return ALL;
    }

    /**
     * The one of this name.
     *
     * @throws UsageException if there is none
     */
    public static Experiment named(String name) {
        List<String> names = ALL.stream().map(Experiment::name).toList();
        return ALL.stream()
                .filter(experiment -> experiment.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new UsageException("there is no experiment '" + name + "'"
                        + NearestName.hint(name, names) + " (experiments: " + String.join(", ", names) + ")"));
    }
}
