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
import java.util.List;
import java.util.Map;

/**
 * Writes a sweep that trained nothing, in the files of one that did: smooth curves, of which those with weight decay rise at
 * a step that depends on it.
 */
public final class SampleSweep {
    static final int LAST_STEP = 5000;
    private static final int EVERY = 100;

    private SampleSweep() {}

    /** For measurements: writes the sweep that the file {@code arguments[1]} describes into the folder {@code arguments[0]}. */
    public static void main(String[] arguments) throws IOException {
        write(Path.of(arguments[0]), Files.readString(Path.of(arguments[1])));
    }

    /** Plans the runs that {@code yaml} describes and writes the directories of all of them as if they were done. */
    public static SweepPlan write(Path root, String yaml) {
        try {
            Files.createDirectories(root);
            Path file = Files.writeString(root.resolve("described.yaml"), yaml);
            SweepPlan plan = SweepPlan.of(file, root);
            plan.write(file);
            // Of each grok step; texts of numbers take longest.
            Map<Long, String> curves = new HashMap<>();
            for (PlannedRun run : plan.runs()) {
                finish(plan, run, curves);
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

    private static void finish(SweepPlan plan, PlannedRun run, Map<Long, String> curves) throws IOException {
        Path directory = Files.createDirectories(plan.directory(run));
        long grokStep = grokStep(run);
        boolean grokked = grokStep > 0 && grokStep <= LAST_STEP;
        Map<String, Object> summary = new HashMap<>();
        summary.put("grok_step", grokked ? grokStep : null);
        summary.put("final_step", LAST_STEP);
        summary.put("test_loss", 0.12832525420822213);
        summary.put("test_accuracy", accuracy(grokked, grokStep, LAST_STEP));
        summary.put("parameters", 17133);
        summary.put("runs_in_process", 1);
        summary.put("steps_per_second", 500.0);
        summary.put("observer_fraction", 0.12676);
        summary.put("wall_seconds", 10.0);
        summary(directory, "done", summary);
        Files.writeString(directory.resolve("environment.json"), environment(run));
        Files.writeString(directory.resolve("report.html"), "<html></html>");
        Files.writeString(
                directory.resolve("metrics.csv"), curves.computeIfAbsent(grokked ? grokStep : -1, SampleSweep::curves));
    }

    /** @param grokStep negative where a run has not grokked */
    private static String curves(long grokStep) {
        StringBuilder rows = new StringBuilder("step,train_loss,train_accuracy,test_loss,test_accuracy,batch_loss,"
                + "gradient_norm,learning_rate,weight_decay,parameter_norm\n");
        for (int step = EVERY; step <= LAST_STEP; step += EVERY) {
            double loss = 4 * Math.exp(-step / 400.0);
            double accuracy = accuracy(grokStep >= 0, grokStep, step);
            double[] row = {step, loss, 1 - loss / 4, 1.1 * loss, accuracy, loss, loss, 0.001, 1, 44 - step / 400.0};
            for (int column = 0; column < row.length; column++) {
                rows.append(column == 0 ? "" + step : "," + row[column]);
            }
            rows.append('\n');
        }
        return rows.toString();
    }

    private static double accuracy(boolean grokked, long grokStep, int step) {
        return grokked ? 0.98 / (1 + Math.exp((grokStep - 150 - step) / 60.0)) : 0.02;
    }

    private static String environment(PlannedRun run) {
        return Json.pretty(Map.of(
                "version",
                "1",
                "commit",
                "d96821ce48fae8fb65234d72ec367caa3724029f",
                "arguments",
                List.of("sweep", "run", "sweeps/mine"),
                "config_hash",
                run.id(),
                "java",
                Map.of("version", "25", "flags", List.of("-Xmx2g", "-XX:+UseSerialGC")),
                "machine",
                Map.of("cpu", "any", "cores", 2, "cpu_flags", List.of("avx", "avx2", "avx512f", "avx512vl", "fma"))));
    }

    /** Replaces the summary of a run. */
    static void summary(Path directory, String state, Map<String, Object> values) {
        Map<String, Object> summary = new LinkedHashMap<>();
        summary.put("state", state);
        summary.putAll(values);
        try {
            Files.writeString(directory.resolve("summary.json"), Json.pretty(summary));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
