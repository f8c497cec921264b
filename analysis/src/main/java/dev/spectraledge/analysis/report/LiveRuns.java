package dev.spectraledge.analysis.report;

import dev.spectraledge.analysis.report.live.FileSizes;
import dev.spectraledge.analysis.report.live.LiveSource;
import dev.spectraledge.analysis.report.live.LiveView;
import dev.spectraledge.analysis.report.plot.Axis;
import dev.spectraledge.analysis.report.plot.Figure;
import dev.spectraledge.analysis.report.plot.Line;
import dev.spectraledge.analysis.report.plot.Palette;
import dev.spectraledge.analysis.report.plot.Panel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Runs side by side: the same curve of each in one panel. */
public final class LiveRuns implements LiveSource {
    /** More lines of a panel can no longer be told apart. */
    private static final int MOST_RUNS = 12;

    private final String title;
    private final List<Path> directories;

    /** @param directories of runs, of which the first few are drawn */
    public LiveRuns(String title, List<Path> directories) {
        this.title = title;
        this.directories = directories;
    }

    @Override
    public String title() {
        return title;
    }

    @Override
    public Object state() {
        return directories.stream().map(FileSizes::of).toList();
    }

    @Override
    public LiveView view() {
        List<RunRecord> runs = directories.stream()
                .filter(Files::isDirectory)
                .limit(MOST_RUNS)
                .map(RunRecord::read)
                .toList();
        long grokked = runs.stream().filter(run -> run.grokStep().isPresent()).count();
        String verdict = grokked + " of " + runs.size() + " runs have grokked";
        List<String> sentences = directories.size() > MOST_RUNS
                ? List.of("Shown are the first " + MOST_RUNS + " of " + directories.size() + " runs.")
                : List.of();
        List<Panel> panels = new ArrayList<>();
        metric(runs, "Training loss", "train_loss", Axis.log("mean cross-entropy (nats)"), panels);
        metric(runs, "Test loss", "test_loss", Axis.log("mean cross-entropy (nats)"), panels);
        metric(runs, "Test accuracy", "test_accuracy", Axis.linear("fraction of targets right"), panels);
        gapRatios(runs, panels);
        List<Figure> figures = panels.isEmpty()
                ? List.of()
                : List.of(new Figure("runs", "Losses, accuracies and gap ratios of all runs", 2, panels));
        return new LiveView(verdict, sentences, figures);
    }

    private static void metric(List<RunRecord> runs, String title, String column, Axis axis, List<Panel> panels) {
        List<Line> lines = new ArrayList<>();
        for (RunRecord run : runs) {
            run.metrics()
                    .flatMap(
                            table -> table.column(column).map(values -> line(run, table.steps(), values, lines.size())))
                    .ifPresent(lines::add);
        }
        add(title, axis, lines, panels);
    }

    private static void gapRatios(List<RunRecord> runs, List<Panel> panels) {
        List<Line> lines = new ArrayList<>();
        for (RunRecord run : runs) {
            Optional<ObservedSpectrum> first = run.spectra().stream().findFirst();
            first.flatMap(spectrum -> spectrum.column("gap_ratio")
                            .map(values -> line(run, spectrum.steps(), values, lines.size())))
                    .ifPresent(lines::add);
        }
        add("Gap ratio R = σₖ*/σₖ*₊₁", Axis.log("R"), lines, panels);
    }

    private static Line line(RunRecord run, double[] steps, double[] values, int number) {
        return Line.solid(run.name(), steps, values, number % Palette.GREY);
    }

    private static void add(String title, Axis axis, List<Line> lines, List<Panel> panels) {
        if (!lines.isEmpty()) {
            panels.add(new Panel(title, Axis.linear("training step"), axis, List.of(), lines, List.of(), List.of()));
        }
    }
}
