package dev.spectraledge.analysis.paper;

import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.io.AtomicFile;
import dev.spectraledge.trainer.io.Json;
import dev.spectraledge.trainer.sweep.SweepPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The runs that a paper is about, as a sweep: each subject for each seed, never ending early. */
public final class PaperRuns {
    private static final String PLAN_FILE = "sweep.yaml";
    private static final int WINDOW = 5;

    private PaperRuns() {}

    /** Writes the plan into a directory, in the place of an earlier one; runs that are there stay as they are. */
    public static SweepPlan plan(Path directory, Extent extent, List<Part> parts) {
        try {
            Files.createDirectories(directory);
        } catch (IOException failure) {
            throw RunException.of("cannot create", directory, failure);
        }
        List<Map<String, Object>> runs = new ArrayList<>();
        for (Part part : parts) {
            for (long seed : extent.seeds(part)) {
                for (Subject subject : part.subjects()) {
                    runs.add(run(extent, part, subject, seed));
                }
            }
        }
        return write(directory, runs);
    }

    /**
     * The plan of runs that never end early, into a directory that is there.
     *
     * @param runs settings of each by dotted key
     */
    static SweepPlan write(Path directory, List<Map<String, Object>> runs) {
        Path file = directory.resolve(PLAN_FILE);
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("training.stopOn", null);
        document.put("checkpoints.schedule", "every");
        document.put("sweep", Map.of("list", runs));
        // JSON is YAML.
        AtomicFile.write(file, Json.pretty(document));
        SweepPlan plan = SweepPlan.of(file, directory);
        plan.write(file);
        return plan;
    }

    private static Map<String, Object> run(Extent extent, Part part, Subject subject, long seed) {
        Map<String, Object> run = new LinkedHashMap<>(new TreeMap<>(subject.settings()));
        run.put("training.steps", extent.steps(part));
        run.put("training.seed", seed);
        run.putAll(extent.numbers(part).settings());
        run.put("evaluation.every", part.cadence());
        run.put("checkpoints.every", part.cadence());
        Map<String, Object> observer = new LinkedHashMap<>();
        observer.put("name", "paper");
        observer.put("stride", part.cadence());
        observer.put("window", WINDOW);
        observer.put("nullEvery", 1);
        run.put("observers", List.of(observer));
        return run;
    }
}
