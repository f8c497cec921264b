package dev.spectraledge.analysis.report;

import dev.spectraledge.analysis.spectrum.WindowDiagnostics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Writes the files of a run that trained nothing: smooth curves that look like one that grokked at step 600. */
public final class SampleRun {
    private static final int LAST_STEP = 3600;
    private static final int WINDOW = 5;
    /** Written by many tests. */
    private static final String EVERY_STEP = spectrum(1);

    private SampleRun() {}

    /** A complete run directory. */
    public static Path writeTo(Path directory) {
        text(directory, "config.json", """
                {"task": {"name": "dyck"},
                 "training": {"seed": 42, "learningRate": 0.001, "weightDecay": 1.0},
                 "observers": [{"name": "paper", "stride": 100, "window": 5, "subset": "attention"},
                               {"name": "everyStep", "stride": 1, "window": 5, "subset": "blocks"}]}
                """);
        text(
                directory,
                "environment.json",
                "{\"java\": {\"version\": \"25.0.3\"}, \"arguments\": [\"run\", \"dyck\"]}");
        text(directory, "summary.json", """
                {"state": "done", "grok_step": 600, "final_step": 3600, "parameters": 273421,
                 "steps_per_second": 512.5, "observer_fraction": 0.081, "wall_seconds": 9.5}
                """);
        text(directory, "events.csv", "step,event,detail\n600,grok,\"test accuracy 0.953, at last\"\n");
        text(directory, "metrics.csv", metrics());
        text(directory, "spectrum.csv", spectrum(100));
        text(directory, "spectrum_everyStep.csv", EVERY_STEP);
        text(directory, "spectrum_null.csv", nulls());
        return directory;
    }

    /** Replaces a file. */
    static void text(Path directory, String file, String text) {
        try {
            Files.createDirectories(directory);
            Files.writeString(directory.resolve(file), text);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static String metrics() {
        StringBuilder text = new StringBuilder("step,train_loss,train_accuracy,test_loss,test_accuracy,batch_loss,"
                + "gradient_norm,learning_rate,weight_decay,parameter_norm\n0,2.6,0.05,2.6,0.05,,,0.001,1,89\n");
        for (int step = 100; step <= LAST_STEP; step += 100) {
            text.append(row(
                    step,
                    1 / (double) step,
                    1,
                    0.3,
                    Math.min(0.98, 0.89 + step * 1e-4),
                    1 / (double) step,
                    0.1,
                    0.001,
                    1,
                    15 + 74 * Math.exp(-step / 900.0)));
        }
        return text.toString();
    }

    private static String spectrum(int stride) {
        List<String> columns = WindowDiagnostics.columns(WINDOW);
        StringBuilder text = new StringBuilder("step," + String.join(",", columns) + "\n");
        for (int step = 2 * stride; step <= LAST_STEP; step += stride) {
            int at = step;
            text.append(step)
                    .append(',')
                    .append(columns.stream().map(column -> cell(column, at)).collect(Collectors.joining(",")))
                    .append('\n');
        }
        return text.toString();
    }

    private static String cell(String column, int step) {
        double value = switch (column.replaceFirst("_\\d+$", "")) {
            case "sigma" -> 6 * Math.exp(-step / 2000.0 - Integer.parseInt(column.substring(6)));
            case "k_star", "k_star_weighted" -> 1;
            case "rotation" -> 20;
            case "alignment", "trapezoid_alignment" -> step < 2000 ? 0.5 : -0.5;
            default -> 0.25;
        };
        return Double.toString(value);
    }

    private static String nulls() {
        StringBuilder text = new StringBuilder("step,null,quantile,sigma_1,sigma_2,sigma_3,k_star,gap_ratio,g23\n");
        for (int step = 500; step <= LAST_STEP; step += 100) {
            for (int model = 0; model < 2; model++) {
                for (double quantile : new double[] {0.05, 0.5, 0.95}) {
                    double level = 1 + model + quantile;
                    text.append(row(step, model, quantile, level, level, level, 1, 1.1, 0.1 * level));
                }
            }
        }
        return text.toString();
    }

    private static String row(int step, double... cells) {
        StringBuilder text = new StringBuilder(Integer.toString(step));
        for (double cell : cells) {
            text.append(String.format(Locale.ROOT, ",%.6g", cell));
        }
        return text.append('\n').toString();
    }
}
