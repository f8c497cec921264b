package dev.spectraledge.analysis.experiment;

import dev.spectraledge.analysis.offline.AnalysisFolder;
import dev.spectraledge.analysis.spectrum.EdgeStatistics;
import dev.spectraledge.analysis.spectrum.GramMatrix;
import dev.spectraledge.trainer.config.ConfigResolver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/** A run directory of tables alone, as a test says: without a snapshot. */
public final class TableRun {
    /** Of the model of a window, for the noise edge. */
    private static final long PARAMETERS = 100_000;

    private final Path folder;

    private TableRun(Path folder) {
        this.folder = folder;
    }

    /** Of a training. */
    public static TableRun in(Path folder, String... settings) {
        ConfigResolver resolver = new ConfigResolver().flags(Map.of("task.name", "dyck"));
        for (String setting : settings) {
            resolver.override(setting);
        }
        return new TableRun(folder).file("config.json", resolver.resolve().toJson());
    }

    /** Of an analysis of checkpoints. */
    public static TableRun ofAnalysis(Path folder) {
        return new TableRun(folder).file(AnalysisFolder.DOCUMENT, "{\"state\": \"done\"}");
    }

    /** A file of any content. */
    public TableRun file(String name, String text) {
        try {
            Files.writeString(folder.resolve(name), text);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return this;
    }

    /** Test losses of steps. */
    public TableRun losses(double[] steps, double[] losses) {
        StringBuilder table = new StringBuilder("step,test_loss,learning_rate\n");
        for (int row = 0; row < steps.length; row++) {
            table.append((long) steps[row]).append(',').append(losses[row]).append(",0.001\n");
        }
        return file("metrics.csv", table.toString());
    }

    /** Windows of orthogonal updates, or gradients, of given norms, the largest first. */
    public TableRun spectrum(String name, boolean ofGradients, double[] steps, IntFunction<double[]> norms) {
        int window = norms.apply(0).length;
        EdgeStatistics statistics = new EdgeStatistics(window);
        List<String> columns = new ArrayList<>(List.of("step"));
        columns.addAll(statistics.names());
        columns.add(ofGradients ? "window_gradients" : "window_updates");
        StringBuilder table = new StringBuilder(String.join(",", columns)).append('\n');
        for (int row = 0; row < steps.length; row++) {
            double[] values = new double[statistics.names().size()];
            statistics.compute(diagonal(norms.apply(row)), 0, window, PARAMETERS, values);
            table.append((long) steps[row])
                    .append(',')
                    .append(DoubleStream.of(values).mapToObj(Double::toString).collect(Collectors.joining(",")))
                    .append(',')
                    .append(window)
                    .append('\n');
        }
        return file(name, table.toString());
    }

    private static GramMatrix diagonal(double[] norms) {
        GramMatrix gram = new GramMatrix(norms.length);
        gram.resize(norms.length);
        for (int row = 0; row < norms.length; row++) {
            for (int column = 0; column < row; column++) {
                gram.set(row, column, 0);
            }
            gram.set(row, row, norms[row] * norms[row]);
        }
        return gram;
    }

    /** Norms of a window with these σ₁/σ₂, σ₂/σ₃ and so on. */
    public static double[] norms(double... ratios) {
        double[] norms = new double[ratios.length + 1];
        norms[ratios.length] = 1;
        for (int index = ratios.length - 1; index >= 0; index--) {
            norms[index] = norms[index + 1] * ratios[index];
        }
        return norms;
    }

    /** The same for a window of this width whose σ₂/σ₃ is given and all else is the same. */
    public static double[] norms(int width, double secondRatio) {
        double[] ratios = new double[width - 1];
        Arrays.fill(ratios, 1.01);
        ratios[1] = secondRatio;
        return norms(ratios);
    }

    /** The run. */
    public StudiedRun open() {
        return StudiedRun.open(folder, TestBackends.HOST);
    }
}
