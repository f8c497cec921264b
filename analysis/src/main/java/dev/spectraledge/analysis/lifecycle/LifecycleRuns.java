package dev.spectraledge.analysis.lifecycle;

import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.io.AtomicFile;
import dev.spectraledge.trainer.io.Json;
import dev.spectraledge.trainer.sweep.PlannedRun;
import dev.spectraledge.trainer.sweep.SweepPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The runs that the paper is about, as a sweep: each task with and without weight decay, for each seed, never ending early. */
public final class LifecycleRuns {
    private static final String PLAN_FILE = "sweep.yaml";

    private LifecycleRuns() {}

    /** Writes the plan into a directory, in the place of an earlier one; runs that are there stay as they are. */
    public static SweepPlan plan(Path directory, LifecycleExtent extent, List<LifecycleTask> tasks) {
        try {
            Files.createDirectories(directory);
        } catch (IOException failure) {
            throw RunException.of("cannot create", directory, failure);
        }
        return write(directory, swept(extent, tasks));
    }

    /** The plan of runs that never end early, into a directory that is there. */
    static SweepPlan write(Path directory, Map<String, Object> swept) {
        Path file = directory.resolve(PLAN_FILE);
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("training.stopOn", null);
        document.put("checkpoints.schedule", "every");
        document.put("sweep", swept);
        // JSON is YAML.
        AtomicFile.write(file, Json.pretty(document));
        SweepPlan plan = SweepPlan.of(file, directory);
        plan.write(file);
        return plan;
    }

    private static Map<String, Object> swept(LifecycleExtent extent, List<LifecycleTask> tasks) {
        List<Map<String, Object>> kinds = new ArrayList<>();
        for (LifecycleTask task : tasks) {
            for (long seed : extent.seeds(task)) {
                kinds.add(kind(extent, task, seed));
            }
        }
        Map<String, Object> swept = new LinkedHashMap<>();
        swept.put("list", kinds);
        swept.put("grid", Map.of("training.weightDecay", List.of(1.0, 0.0)));
        return swept;
    }

    private static Map<String, Object> kind(LifecycleExtent extent, LifecycleTask task, long seed) {
        Map<String, Object> kind = new LinkedHashMap<>();
        kind.put("task.name", task.key());
        kind.put("training.steps", extent.steps(task));
        kind.put("training.seed", seed);
        kind.putAll(extent.numbers(task).settings());
        kind.put("evaluation.every", task.cadence());
        kind.put("checkpoints.every", task.cadence());
        kind.put("checkpoints.optimizerState", task != LifecycleTask.SCAN);
        Map<String, Object> observer = new LinkedHashMap<>();
        observer.put("name", "paper");
        observer.put("stride", task.cadence());
        observer.put("window", 5);
        observer.put("nullEvery", 1);
        kind.put("observers", List.of(observer));
        return kind;
    }

    /** For people: task, weight decay and seed. */
    static String title(PlannedRun run) {
        Map<?, ?> training = (Map<?, ?>) run.configuration().get("training");
        Map<?, ?> task = (Map<?, ?>) run.configuration().get("task");
        return task.get("name") + " ω=" + plain(training.get("weightDecay")) + " seed " + training.get("seed");
    }

    private static String plain(Object number) {
        return String.valueOf(number).replaceFirst("\\.0$", "");
    }
}
