package dev.spectraledge.analysis.report.sweep;

import dev.spectraledge.analysis.report.JsonObject;
import dev.spectraledge.trainer.sweep.SweepPlan;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Everything that the report of a sweep shows, read from its directory. */
final class SweepRecord {
    static final String SEED = "training.seed";

    private final SweepPlan plan;
    private final String column;
    private final List<SweptRun> runs;
    private final List<String> damaged;

    private SweepRecord(SweepPlan plan, String column, List<SweptRun> runs, List<String> damaged) {
        this.damaged = damaged;
        this.plan = plan;
        this.column = column;
        this.runs = List.copyOf(runs);
    }

    /**
     * Reads all runs that there are.
     *
     * @param column of {@code metrics.csv}
     * @throws dev.spectraledge.trainer.RunException if {@code root} is no sweep, or no run that has begun has such a column
     */
    static SweepRecord read(Path root, String column) {
        SweepPlan plan = SweepPlan.read(root);
        SweptRunReader reader = new SweptRunReader(plan, column);
        List<SweptRun> runs = plan.runs().stream().map(reader::read).toList();
        reader.requireColumn();
        return new SweepRecord(plan, column, runs, reader.damaged());
    }

    SweepPlan plan() {
        return plan;
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

    /** One line for each file that could not be read. */
    List<String> damaged() {
        return damaged;
    }

    /** The keys that vary, without the seed. */
    List<String> axes() {
        return plan.sweptKeys().stream()
                .filter(key -> !key.equals(SEED) && values(key).size() > 1)
                .toList();
    }

    /** What a key takes in this sweep, in the order of the plan. */
    List<Object> values(String key) {
        Set<Object> values = new LinkedHashSet<>();
        runs.forEach(run -> values.add(run.planned().swept().get(key)));
        return new ArrayList<>(values);
    }

    /** Runs that differ in the seed alone, by what they have in common. */
    Map<List<Object>, List<SweptRun>> combinations() {
        List<String> axes = axes();
        Map<List<Object>, List<SweptRun>> combinations = new LinkedHashMap<>();
        for (SweptRun run : runs) {
            List<Object> point = new ArrayList<>();
            axes.forEach(key -> point.add(run.planned().swept().get(key)));
            combinations.computeIfAbsent(point, any -> new ArrayList<>()).add(run);
        }
        return combinations;
    }

    /** The last part of a key, or all of it where two keys would look the same. */
    String shortName(String key) {
        String last = key.substring(key.lastIndexOf('.') + 1);
        long same = plan.sweptKeys().stream()
                .filter(other -> other.substring(other.lastIndexOf('.') + 1).equals(last))
                .count();
        return same == 1 ? last : key;
    }

    /** Numbers of the summaries that hold the grok steps of separate objectives. */
    List<String> separateGrokSteps() {
        Set<String> names = new LinkedHashSet<>();
        for (SweptRun run : runs) {
            run.summary()
                    .ifPresent(summary -> summary.leaves().keySet().stream()
                            .filter(name -> name.startsWith("grok_step_"))
                            .forEach(names::add));
        }
        return new ArrayList<>(names);
    }

    /** The settings that all runs share. */
    Map<String, String> commonConfiguration() {
        return common(run -> Optional.of(JsonObject.of(run.planned().configuration())));
    }

    /** What all runs that have begun say of the machine and the program that computed them. */
    Map<String, String> commonEnvironment() {
        return common(SweptRun::environment);
    }

    /** Of which parts of the environment there are several, with all that there are. */
    Map<String, Set<String>> differentEnvironments() {
        Map<String, Set<String>> values = new LinkedHashMap<>();
        for (SweptRun run : runs) {
            run.environment()
                    .ifPresent(environment -> environment
                            .leaves()
                            .forEach((name, value) -> values.computeIfAbsent(name, any -> new LinkedHashSet<>())
                                    .add(value)));
        }
        values.values().removeIf(different -> different.size() == 1);
        values.keySet().removeIf(name -> name.equals("config_hash") || name.startsWith("arguments."));
        return values;
    }

    private Map<String, String> common(Function<SweptRun, Optional<JsonObject>> part) {
        Map<String, String> common = null;
        for (SweptRun run : runs) {
            Optional<JsonObject> values = part.apply(run);
            if (values.isPresent()) {
                Map<String, String> leaves = values.get().leaves();
                if (common == null) {
                    common = leaves;
                } else {
                    common.entrySet().removeIf(entry -> !entry.getValue().equals(leaves.get(entry.getKey())));
                }
            }
        }
        return common == null ? Map.of() : common;
    }
}
