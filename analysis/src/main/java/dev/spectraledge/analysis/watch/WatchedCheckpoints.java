package dev.spectraledge.analysis.watch;

import dev.spectraledge.analysis.checkpoint.CheckpointSeries;
import dev.spectraledge.analysis.offline.LearningRates;
import dev.spectraledge.analysis.offline.OfflineAnalysis;
import dev.spectraledge.analysis.offline.OfflineSettings;
import dev.spectraledge.analysis.offline.ReadProgress;
import dev.spectraledge.kernels.Workers;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.io.CsvReader;
import dev.spectraledge.trainer.io.EventLog;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Checkpoints that another program writes: the analysis of those that are whole, continued with each that comes. Products are kept
 * beside the tables, so that nothing is computed twice after a restart. Null spectra, which take most of the time, are drawn
 * when the watch ends.
 */
final class WatchedCheckpoints implements Watched {
    private final OfflineSettings settings;
    private final Supplier<Optional<LearningRates>> rates;
    private final Workers workers;
    private final OfflineAnalysis analysis;
    private final CompleteCheckpoints complete = new CompleteCheckpoints();
    /** Held while the tables are written. */
    private final ReentrantLock writing;

    private SortedMap<Long, Path> analysed = new TreeMap<>();
    private CheckpointSeries series;
    private double toldStep;
    private String toldTrouble = "";
    private final Set<String> told = new HashSet<>();

    /**
     * Watches the folder that the settings name.
     *
     * @param settings which keep products
     * @param rates asked before each analysis for the learning rates that are known
     * @param writing held while tables are written
     */
    WatchedCheckpoints(
            OfflineSettings settings, Supplier<Optional<LearningRates>> rates, Workers workers, ReentrantLock writing) {
        this.rates = rates;
        this.settings = settings;
        this.workers = workers;
        this.writing = writing;
        analysis = new OfflineAnalysis(settings.withNulls(false), workers, ReadProgress.silent());
        Path table = table();
        double[] earlier = Files.isRegularFile(table) ? CsvReader.read(table).column("step") : new double[0];
        toldStep = earlier.length == 0 ? -1 : earlier[earlier.length - 1];
    }

    private Path table() {
        return settings.output().resolve("spectrum.csv");
    }

    @Override
    public List<String> look() {
        return look(false);
    }

    private List<String> look(boolean quiet) {
        List<String> lines = new ArrayList<>();
        try {
            series = CheckpointSeries.of(settings.checkpoints());
        } catch (RunException notYet) {
            trouble(notYet.getMessage(), lines);
            return lines;
        }
        SortedMap<Long, Path> whole = complete.of(series, quiet);
        complete.trouble().ifPresent(reason -> trouble(reason, lines));
        if (whole.equals(analysed)) {
            return lines;
        }
        analysed = new TreeMap<>(whole);
        if (analysis.hasWindow(analysed)) {
            analyse(analysis).stream().filter(told::add).forEach(lines::add);
            windows(lines);
        } else {
            lines.add(String.format(
                    Locale.ROOT,
                    "step %,d  checkpoint %,d; a window needs three at one distance",
                    analysed.lastKey(),
                    analysed.size()));
        }
        return lines;
    }

    /** Returns remarks. */
    private List<String> analyse(OfflineAnalysis which) {
        writing.lock();
        try {
            return which.withLearningRates(rates.get()).run(series, analysed).remarks();
        } finally {
            writing.unlock();
        }
    }

    private void trouble(String reason, List<String> lines) {
        if (!reason.equals(toldTrouble)) {
            toldTrouble = reason;
            lines.add("waiting: " + reason);
        }
    }

    private void windows(List<String> lines) {
        CsvReader table = CsvReader.read(table());
        double[] steps = table.column("step");
        double[] edges = table.column("k_star");
        double[] ratios = table.column("gap_ratio");
        double[] gaps = table.column("g23_over_trace");
        double[] norms = table.column("update_norm");
        List<EventLog.Event> events = EventLog.read(settings.output().resolve("events.csv"));
        double before = toldStep;
        for (int row = 0; row < steps.length; row++) {
            double step = steps[row];
            if (step > before) {
                lines.add(String.format(
                        Locale.ROOT,
                        "step %,.0f  k* %s  R %s  g23/trace %s  update %s",
                        step,
                        Lines.number("%.0f", edges[row]),
                        Lines.number("%.2f", ratios[row]),
                        Lines.number("%.3g", gaps[row]),
                        Lines.number("%.2e", norms[row])));
                events.stream()
                        .filter(event -> event.step() == (long) step)
                        .map(Lines::of)
                        .forEach(lines::add);
                toldStep = step;
            }
        }
    }

    @Override
    public boolean isOver() {
        return false;
    }

    @Override
    public List<String> finish() {
        List<String> lines = look(true);
        if (series == null || !analysis.hasWindow(analysed)) {
            throw new RunException(settings.checkpoints() + ": " + analysed.size()
                    + " whole checkpoints came, too few at equal distances for a window"
                    + (toldTrouble.isEmpty() ? "" : "; " + toldTrouble));
        }
        if (settings.nulls()) {
            analyse(new OfflineAnalysis(settings, workers, ReadProgress.silent()));
        }
        Optional<String> left = complete.trouble();
        left.ifPresent(reason -> lines.add("left out: " + reason));
        return lines;
    }
}
