package dev.spectraledge.analysis.offline;

import dev.spectraledge.analysis.nulls.NullTable;
import dev.spectraledge.analysis.online.SpectrumLog;
import dev.spectraledge.analysis.spectrum.DecaySource;
import dev.spectraledge.analysis.spectrum.ProductHistory;
import dev.spectraledge.analysis.spectrum.UpdateProducts;
import dev.spectraledge.analysis.spectrum.WindowDiagnostics;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.Workers;
import dev.spectraledge.kernels.linalg.GroupedGram;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.UsageException;
import dev.spectraledge.trainer.io.ExistingRows;
import dev.spectraledge.trainer.io.SafetensorsFile;
import dev.spectraledge.trainer.run.CheckpointFolder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * The spectrum of a run from its checkpoints. An update is the difference of two neighbours; a window holds only updates of
 * one length that adjoin, so that wherever the spacing of the checkpoints changes a new window begins. A stride leaves out
 * the checkpoints in between. The decay part is estimated by the trapezoid rule; the exact columns of the tables stay
 * empty.
 */
public final class OfflineAnalysis {
    private static final int MINIMUM_CHECKPOINTS = 3;

    private final OfflineSettings settings;
    private final Backend backend;
    private final Workers workers;

    public OfflineAnalysis(OfflineSettings settings, Backend backend, Workers workers) {
        this.settings = settings;
        this.backend = backend;
        this.workers = workers;
    }

    /**
     * Reads the checkpoints and writes {@code spectrum.csv}, {@code spectrum_null.csv} where nulls are wanted, and {@code
     * analysis.json}, which says what was done.
     *
     * @throws RunException with one line if the checkpoints cannot be read, do not fit one another or hold numbers that are
     *     not finite, or if the output cannot be written
     * @throws UsageException if they do not give the stride
     */
    public OfflineResult run() {
        SortedMap<Long, Path> checkpoints = CheckpointFolder.list(settings.checkpoints());
        Path firstFile = checkpoints.firstEntry().getValue();
        if (checkpoints.size() < MINIMUM_CHECKPOINTS) {
            throw new RunException(firstFile.getParent() + ": " + checkpoints.size()
                    + " checkpoints make no window; at least " + MINIMUM_CHECKPOINTS + " are needed");
        }
        if (settings.stride().isPresent()) {
            checkpoints = Cadence.choose(checkpoints, settings.stride().getAsLong());
            firstFile = checkpoints.firstEntry().getValue();
        }
        Snapshots snapshots;
        Decay decay;
        Map<String, String> leftOut;
        try (SafetensorsFile first = SafetensorsFile.open(firstFile)) {
            List<String> names = SubsetNames.of(settings.subset(), first);
            snapshots = new Snapshots(first, names);
            leftOut = SubsetNames.leftOut(settings.subset(), first);
            decay = Decay.find(settings.learningRate(), settings.weightDecay(), first, names);
        }
        AnalysisFolder folder = new AnalysisFolder(settings.output());
        folder.begin(settings);
        Path spectrum = settings.output().resolve("spectrum.csv");
        Path nulls = settings.output().resolve("spectrum_null.csv");
        ProductHistory history = new ProductHistory(settings.window(), DecaySource.NONE);
        try (MemoryOwner owner = MemoryOwner.open("offline analysis");
                SpectrumLog log = new SpectrumLog(
                        spectrum,
                        history,
                        settings.nulls()
                                ? NullTable.drawnFrom(settings.seed(), nulls, settings.window(), ExistingRows.DROP)
                                : null,
                        1,
                        snapshots.parameters(),
                        ExistingRows.DROP)) {
            Pass pass = new Pass(owner, snapshots, decay.rate(), log);
            checkpoints.forEach(pass::take);
            if (pass.windows == 0) {
                throw new RunException(firstFile.getParent()
                        + ": no window: no two neighbouring intervals between checkpoints have the same number"
                        + " of steps");
            }
            log.flush();
            OfflineResult result = new OfflineResult(
                    settings.nulls() ? List.of(spectrum, nulls) : List.of(spectrum),
                    snapshots.names(),
                    leftOut,
                    snapshots.parameters(),
                    checkpoints.size(),
                    pass.windows,
                    pass.unresolved,
                    pass.segments,
                    decay.learningRate(),
                    decay.weightDecay());
            folder.end(settings, result);
            return result;
        }
    }

    /** One walk along the checkpoints. */
    private final class Pass {
        private final Snapshots snapshots;
        private final double decayRate;
        private final SpectrumLog log;
        private final GroupedGram window;
        /** What the window has formed of the newest update. */
        private final Tensor formed;

        private final UpdateProducts products = new UpdateProducts(settings.window());
        private final Tensor update;
        private final Tensor[] updateParts;
        private final Workers.Task store = this::store;
        private final Tensor product;
        private Tensor before;
        private Tensor after;
        private long step = -1;
        private long spacing = -1;
        private int windows;
        private int unresolved;
        private int segments;

        Pass(MemoryOwner owner, Snapshots snapshots, double decayRate, SpectrumLog log) {
            this.snapshots = snapshots;
            this.decayRate = decayRate;
            this.log = log;
            GroupedGram.Shape shape =
                    new GroupedGram.Shape(snapshots.type(), 1, settings.window(), snapshots.parameters(), false, 1);
            formed = backend.allocate(owner, DType.FLOAT64, shape.results(workers.count()));
            window = new GroupedGram(backend, workers, owner, shape, formed);
            before = snapshots.allocate(backend, owner);
            after = snapshots.allocate(backend, owner);
            update = snapshots.allocate(backend, owner);
            updateParts = workers.slices(update);
            product = backend.allocate(owner, DType.FLOAT64, 1);
        }

        void take(long newStep, Path checkpoint) {
            try (SafetensorsFile file = SafetensorsFile.open(checkpoint)) {
                snapshots.read(file, after);
            }
            if (step >= 0) {
                append(newStep);
            }
            step = newStep;
            Tensor taken = after;
            after = before;
            before = taken;
        }

        private void append(long newStep) {
            long interval = newStep - step;
            if (settings.stride().isPresent() && settings.stride().getAsLong() != interval) {
                spacing = -1;
                return;
            }
            if (interval != spacing) {
                log.startWindow();
                spacing = interval;
            }
            backend.subtract(after, before, update);
            window.begin();
            workers.run(store);
            window.multiply(1);
            window.absorb(formed, 0);
            backend.dot(after, update, product);
            products.read(window, 0, log.history().survivors(), false);
            products.parametersAfter = product.getDouble(0);
            double square = products.updates[log.history().survivors()];
            if (!products.areFinite(square)) {
                throw products.notFinite(square, "the update from step " + step + " to " + newStep);
            }
            products.decayFactor = decayRate * (double) interval;
            log.append(newStep, interval, products);
            if (WindowDiagnostics.isDefined(log.history())) {
                windows++;
                unresolved += log.latestIsResolved() ? 0 : 1;
                segments += log.history().gram().rows() == 2 ? 1 : 0;
            }
        }

        private void store(int worker) {
            backend.copy(updateParts[worker], window.part(0, worker));
        }
    }
}
