package dev.spectraledge.analysis.report.sweep;

import dev.spectraledge.trainer.io.Json;
import dev.spectraledge.trainer.sweep.PlannedRun;
import dev.spectraledge.trainer.sweep.SweepPlan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Writes a sweep that trained nothing: smooth curves, of which those with weight decay rise at a step that depends on it. */
final class SampleSweep {
    static final int LAST_STEP = 5000;
    private static final int EVERY = 100;

    private SampleSweep() {}

    /** Plans the runs that {@code yaml} describes and writes the directories of all of them as if they were done. */
    static SweepPlan write(Path root, String yaml) {
        try {
            Files.createDirectories(root);
            Path file = Files.writeString(root.resolve("described.yaml"), yaml);
            SweepPlan plan = SweepPlan.of(file, root);
            plan.write(file);
            for (PlannedRun run : plan.runs()) {
                finish(plan, run);
            }
            return plan;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** A run without weight decay memorises; else it groks later the less weight decay there is. */
    static long grokStep(PlannedRun run) {
        double weightDecay = number(run, "training.weightDecay", 1);
        double seed = number(run, "training.seed", 0);
        double rate = number(run, "training.learningRate", 1e-3);
        return weightDecay == 0
                ? -1
                : (long) (600 / weightDecay / Math.sqrt(rate * 1000)) / EVERY * EVERY + EVERY * (long) (seed % 3);
    }

    private static double number(PlannedRun run, String key, double otherwise) {
        return run.swept().get(key) instanceof Number number ? number.doubleValue() : otherwise;
    }

    private static void finish(SweepPlan plan, PlannedRun run) throws IOException {
        Path directory = Files.createDirectories(plan.directory(run));
        long grokStep = grokStep(run);
        boolean grokked = grokStep > 0 && grokStep <= LAST_STEP;
        Map<String, Object> summary = new HashMap<>();
        summary.put("grok_step", grokked ? grokStep : null);
        summary.put("final_step", LAST_STEP);
        summary.put("steps_per_second", 500.0);
        summary.put("wall_seconds", 10.0);
        summary(directory, "done", summary);
        Files.writeString(
                directory.resolve("environment.json"),
                "{\"version\": \"1\", \"config_hash\": \"" + run.id() + "\", \"machine\": {\"cpu\": \"any\"}}");
        Files.writeString(directory.resolve("report.html"), "<html></html>");
        StringBuilder rows = new StringBuilder("step,train_loss,test_accuracy\n");
        for (int step = EVERY; step <= LAST_STEP; step += EVERY) {
            double accuracy = grokked ? 0.98 / (1 + Math.exp((grokStep - 150 - step) / 60.0)) : 0.02;
            rows.append(String.format(Locale.ROOT, "%d,%.6g,%.6g%n", step, 4 * Math.exp(-step / 400.0), accuracy));
        }
        Files.writeString(directory.resolve("metrics.csv"), rows);
    }

    /** Replaces the summary of a run. */
    static void summary(Path directory, String state, Map<String, Object> values) {
        Map<String, Object> summary = new LinkedHashMap<>();
        summary.put("state", state);
        summary.putAll(values);
        Json.write(directory.resolve("summary.json"), summary);
    }
}
