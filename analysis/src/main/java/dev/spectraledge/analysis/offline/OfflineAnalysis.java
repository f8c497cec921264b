package dev.spectraledge.analysis.offline;

import dev.spectraledge.analysis.checkpoint.Checkpoint;
import dev.spectraledge.analysis.checkpoint.CheckpointSeries;
import dev.spectraledge.analysis.nulls.NullTable;
import dev.spectraledge.analysis.online.SpectrumLog;
import dev.spectraledge.analysis.parts.StepParts;
import dev.spectraledge.analysis.spectrum.ProductHistory;
import dev.spectraledge.analysis.spectrum.UpdateProducts;
import dev.spectraledge.analysis.spectrum.WindowDiagnostics;
import dev.spectraledge.kernels.Workers;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.UsageException;
import dev.spectraledge.trainer.io.ExistingRows;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.IntStream;

/**
 * The spectrum of a run from its checkpoints. An update is the difference of two neighbours; a window holds only updates of
 * one length that adjoin, so that wherever the spacing of the checkpoints changes a new window begins. A stride leaves out
 * the checkpoints in between. One pass over the checkpoints gives the products of every group of parameters, from which
 * all windows, the subset and the groups follow. The decay part is estimated by the trapezoid rule; the exact columns of
 * the tables stay empty.
 */
public final class OfflineAnalysis {
    private static final int MINIMUM_CHECKPOINTS = 3;

    private final OfflineSettings settings;
    private final Workers workers;
    private final ReadProgress progress;
    /** Of the last run, whose checkpoints may be the first ones of the next; null before that. */
    private CheckpointProducts latest;

    private final StepParts stepParts;

    /** Learning rates by step, which count for more than a single one that nobody gave. */
    private Optional<LearningRates> rates = Optional.empty();

    public OfflineAnalysis(OfflineSettings settings, Workers workers, ReadProgress progress) {
        this.settings = settings;
        this.workers = workers;
        this.progress = progress;
        stepParts = new StepParts(settings.output(), settings.learningRate(), workers);
    }

    /** Takes the learning rate of each step from what the training wrote down, unless the settings have one. */
    public OfflineAnalysis withLearningRates(Optional<LearningRates> written) {
        rates = written;
        return this;
    }

    /**
     * Reads the checkpoints and writes {@code spectrum.csv} (one for each window), {@code spectrum_null.csv} where nulls are
     * wanted, {@code groups.csv}, {@code step_parts.csv} where optimisers' states are, {@code events.csv} with what detectors
     * say of the first window, and {@code analysis.json}, which says what was done.
     *
     * @throws RunException with one line if the checkpoints cannot be read, do not fit one another or hold numbers that are
     *     not finite, or if the output cannot be written
     * @throws UsageException if they do not give the stride, or no tensor is chosen
     */
    public OfflineResult run() {
        CheckpointSeries series = CheckpointSeries.of(settings.checkpoints());
        return run(series, series.steps());
    }

    /**
     * The same for some of the checkpoints of a series. Called again with more of them, it reads what it needs for these.
     *
     * @param available at least one
     */
    public OfflineResult run(CheckpointSeries series, SortedMap<Long, Path> available) {
        SortedMap<Long, Path> checkpoints = chosen(available);
        List<Long> steps = List.copyOf(checkpoints.keySet());
        ChosenTensors chosen;
        Decay ofFirst;
        try (Checkpoint first = series.open(steps.getFirst())) {
            chosen = settings.selection().choose(first.path(), first.tensors().values());
            ofFirst = Decay.find(settings.learningRate(), settings.weightDecay(), first, chosen.ofSubset());
        }
        AnalysisFolder folder = new AnalysisFolder(settings.output());
        CheckpointProducts known = known(series, steps, chosen.groups())
                .orElseGet(() -> CheckpointProducts.none(chosen.groups(), settings.ages()));
        if (latest == null) {
            beginParts(folder, known);
        }
        folder.begin(settings);
        // Before the products, which say of which checkpoints the rows of this table can be kept.
        Optional<Path> parts = stepParts.extend(series, available.keySet());
        CheckpointProducts products = extended(known, series, steps);
        Decay decay = rates.or(() -> LearningRates.of(products))
                .filter(rate -> settings.learningRate().isEmpty())
                .map(rate -> ofFirst.with(rate, steps.getFirst(), steps.getLast()))
                .orElse(ofFirst);
        Summary summary = writeTables(products, chosen, decay);
        List<Path> tables = new ArrayList<>(summary.tables());
        tables.add(GroupSpectra.write(
                settings.output(), products, settings.windows().getFirst(), settings.stride()));
        parts.ifPresent(tables::add);
        AnalysisWarnings.write(settings.output(), summary.tables().getFirst());
        OfflineResult result = new OfflineResult(
                tables,
                chosen.selected(),
                chosen.leftOut(),
                series.leftOut(),
                products.groups(),
                chosen.parameters(),
                checkpoints.size(),
                summary.windows(),
                summary.unresolved(),
                summary.segments(),
                decay.learningRate(),
                decay.weightDecay(),
                stepParts.remarks());
        folder.end(settings, result);
        return result;
    }

    /** Whether there is a window in some checkpoints. */
    public boolean hasWindow(SortedMap<Long, Path> available) {
        if (available.size() < MINIMUM_CHECKPOINTS) {
            return false;
        }
        try {
            return !chosen(available).isEmpty();
        } catch (RunException | UsageException none) {
            return false;
        }
    }

    private SortedMap<Long, Path> chosen(SortedMap<Long, Path> checkpoints) {
        if (checkpoints.size() < MINIMUM_CHECKPOINTS) {
            throw new RunException(checkpoints.get(checkpoints.firstKey()).getParent() + ": " + checkpoints.size()
                    + " checkpoints do not fill a window; at least " + MINIMUM_CHECKPOINTS + " are needed");
        }
        if (settings.stride().isPresent()) {
            return Cadence.choose(checkpoints, settings.stride().getAsLong());
        }
        Cadence.requireWindow(checkpoints);
        return checkpoints;
    }

    /** Keeps the parts of steps into checkpoints that an earlier process has seen as they are. */
    private void beginParts(AnalysisFolder folder, CheckpointProducts known) {
        if (!known.steps().isEmpty() && folder.wasToldRate(settings.learningRate())) {
            stepParts.keep(known.steps());
        } else {
            stepParts.forget();
        }
    }

    private CheckpointProducts extended(CheckpointProducts known, CheckpointSeries series, List<Long> steps) {
        CheckpointProducts products = known.extend(series, steps, workers, progress);
        if (settings.keepProducts() && products != known) {
            ProductsFile.write(productsFile(), products);
        }
        latest = products;
        return products;
    }

    private Optional<CheckpointProducts> known(CheckpointSeries series, List<Long> steps, List<TensorGroup> groups) {
        if (latest != null
                && latest.groups().equals(groups)
                && latest.steps().size() <= steps.size()
                && latest.steps().equals(steps.subList(0, latest.steps().size()))) {
            return Optional.of(latest);
        }
        return settings.keepProducts()
                ? ProductsFile.read(productsFile()).flatMap(kept -> kept.of(series, steps, groups, settings.ages()))
                : Optional.empty();
    }

    private Path productsFile() {
        return settings.output().resolve(ProductsFile.NAME);
    }

    private record Summary(List<Path> tables, int windows, int unresolved, int segments) {}

    /** A table for each window; what is said of windows is that of the first. */
    private Summary writeTables(CheckpointProducts products, ChosenTensors chosen, Decay decay) {
        int[] subset = IntStream.range(0, products.groups().size())
                .filter(group -> products.groups().get(group).selected())
                .toArray();
        UpdateWalk walk = new UpdateWalk(products, subset, settings.stride(), decay);
        List<Path> tables = new ArrayList<>();
        WindowTable first = null;
        for (int window : settings.windows()) {
            Path table = settings.output().resolve(settings.table(window) + ".csv");
            Path nulls = settings.output().resolve(settings.table(window) + "_null.csv");
            tables.add(table);
            if (settings.nulls()) {
                tables.add(nulls);
            }
            ProductHistory history = UpdateWalk.history(window);
            try (SpectrumLog log = new SpectrumLog(
                    table,
                    history,
                    settings.nulls()
                            ? NullTable.drawnFrom(settings.seed(), nulls, window, false, ExistingRows.DROP)
                            : null,
                    1,
                    chosen.parameters(),
                    chosen.isRounded() ? new WeightRounding(history) : null,
                    ExistingRows.DROP)) {
                WindowTable written = new WindowTable(log);
                walk.walk(window, written);
                log.flush();
                first = first == null ? written : first;
            }
        }
        return new Summary(tables, first.windows, first.unresolved, first.segments);
    }

    /** Rows of one window width. */
    private static final class WindowTable implements UpdateWalk.Receiver {
        private final SpectrumLog log;
        private int windows;
        private int unresolved;
        private int segments;

        WindowTable(SpectrumLog log) {
            this.log = log;
        }

        @Override
        public ProductHistory history() {
            return log.history();
        }

        @Override
        public void startWindow() {
            log.startWindow();
        }

        @Override
        public void append(long step, long interval, UpdateProducts update) {
            log.append(step, interval, update);
            if (WindowDiagnostics.isDefined(log.history())) {
                windows++;
                unresolved += log.latestIsResolved() ? 0 : 1;
                segments += log.history().gram().rows() == 2 ? 1 : 0;
            }
        }
    }
}
