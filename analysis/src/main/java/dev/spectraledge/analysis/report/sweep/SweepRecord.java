package dev.spectraledge.analysis.report.sweep;

import dev.spectraledge.analysis.report.JsonObject;
import dev.spectraledge.trainer.sweep.PlannedRun;
import dev.spectraledge.trainer.sweep.SweepPlan;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Everything that the report of a sweep shows, read from its directory. */
final class SweepRecord {
    private static final String GROK_STEP_OF_OBJECTIVE = "grok_step_";

    private final SweepPlan plan;
    private final SweptSpace space;
    private final DrawnCurves drawn;
    private final String column;
    private final List<SweptRun> runs;
    private final Map<String, SweptRun> byId = new HashMap<>();
    private final Set<String> separateGrokSteps = new LinkedHashSet<>();
    private final SharedValues configurations = new SharedValues();
    private final SharedValues environments;
    private final List<String> damaged;

    private SweepRecord(SweepPlan plan, String column) {
        this.plan = plan;
        this.column = column;
        space = new SweptSpace(plan);
        drawn = new DrawnCurves(space);
        SweptRunReader reader = new SweptRunReader(plan, column, drawn);
        runs = plan.runs().stream().map(reader::read).toList();
        reader.requireColumn();
        environments = reader.environments();
        damaged = reader.damaged();
        for (SweptRun run : runs) {
            byId.put(run.planned().id(), run);
            configurations.add(JsonObject.of(run.planned().configuration()));
            run.summary().keySet().stream()
                    .filter(name -> name.startsWith(GROK_STEP_OF_OBJECTIVE))
                    .forEach(separateGrokSteps::add);
        }
    }

    /**
     * Reads all runs that there are.
     *
     * @param column of {@code metrics.csv}
     * @throws dev.spectraledge.trainer.RunException if {@code root} is no sweep, or no run that has begun has such a column
     */
    static SweepRecord read(Path root, String column) {
        return new SweepRecord(SweepPlan.read(root), column);
    }

    SweepPlan plan() {
        return plan;
    }

    /** What varies. */
    SweptSpace space() {
        return space;
    }

    /** Whose curves are shown. */
    DrawnCurves drawn() {
        return drawn;
    }

    String name() {
        return plan.root().toAbsolutePath().normalize().getFileName().toString();
    }

    /** The shown column of the metrics. */
    String column() {
        return column;
    }

    /** In the order of the plan. */
    List<SweptRun> runs() {
        return runs;
    }

    /** What became of planned runs. */
    List<SweptRun> runs(List<PlannedRun> planned) {
        return planned.stream().map(run -> byId.get(run.id())).toList();
    }

    /** One line for each file that could not be read. */
    List<String> damaged() {
        return damaged;
    }

    /** Numbers of the summaries that hold the grok steps of separate objectives. */
    Set<String> separateGrokSteps() {
        return separateGrokSteps;
    }

    /** The settings that all runs share. */
    Map<String, String> commonConfiguration() {
        return configurations.common();
    }

    /** What all runs that have begun say of the machine and the program that computed them. */
    Map<String, String> commonEnvironment() {
        return environments.common();
    }

    /** Of which parts of the environment there are several, with what there is. */
    Map<String, Set<String>> differentEnvironments() {
        Map<String, Set<String>> different = environments.different();
        different.keySet().removeIf(name -> name.equals("config_hash") || name.startsWith("arguments."));
        return different;
    }
}
