package dev.spectraledge.analysis.online;

import dev.spectraledge.analysis.spectrum.DecaySource;
import dev.spectraledge.analysis.spectrum.ProductHistory;
import dev.spectraledge.analysis.spectrum.UpdateProducts;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.ResultQueue;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.Workers;
import dev.spectraledge.kernels.linalg.UpdateGram;
import dev.spectraledge.trainer.Observed;
import dev.spectraledge.trainer.ParameterSubset;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.Update;
import dev.spectraledge.trainer.training.ObserverFactory;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Measures the spectral edge while training runs: one pass over the stored window gives the products of a whole block of
 * updates, and a row of numbers for each follows from the products alone. One instance watches all S runs of a trainer and
 * writes a log for each.
 *
 * <p>An observation leaves the products of the newest updates with the window in a queue, a few hundred bytes a run, which
 * the host makes rows of when it has time. No row depends on how many updates came in one block.
 *
 * <p>The exact decay part needs a second window only where an interval has several steps, or where the optimiser's decay
 * is not in proportion to the parameters. Otherwise Δdecay = −ηωθ (decoupled decay of all watched parameters), and its
 * products follow from those of θ, which are cheap. Where decay acts on some of the parameters, or by several factors, this
 * holds in pieces of them.
 */
public final class SpectralObserver extends LoggingObserver {
    private static final int WITH_PARAMETERS = 0;
    private static final int PARAMETER_SQUARES = 1;
    private static final int SCALARS = 2;

    private final Backend backend;
    private final Workers workers;
    private final int block;
    private final UpdateGram window;
    private final WatchedPieces pieces;
    /** By run, the widest first. */
    private final List<List<ObservedWindow>> windows;

    private final boolean accumulated;
    private final Tensor historyState;
    private final ResultQueue queue;
    private final Results written;
    /** By the tensor that the queue gives, of which there are as many as it has entries. */
    private final IdentityHashMap<Tensor, Results> fetched = new IdentityHashMap<>();

    private final Function<Tensor, Results> resultsOf;
    /** Updates in each block, by its number modulo the blocks that may wait. */
    private final int[] updatesOfBlock;

    private final Workers.Task take = this::take;
    private final VectorPieces cut;
    private Update slicedUpdate;
    private boolean restarts;
    /** By worker and piece; null where they have nothing in common. */
    private Tensor[][] beforeParts;

    private Tensor[][] afterParts;
    private Tensor[] decayParts;
    private Tensor[] gradients;
    private int pending;
    private long formedBlocks;
    private long fetchedBlocks;
    private long fetchedUpdates;
    private long absorbedBlocks;
    private int absorbedOfBlock;

    /**
     * Watches what {@code context} describes.
     *
     * @param logs one per run, whose histories have one window and one decay source, that of {@link #decaySource}
     */
    public SpectralObserver(
            String name, int stride, ParameterSubset subset, ObserverFactory.Context context, List<SpectrumLog> logs) {
        this(name, stride, subset, Observed.UPDATES, context, logs);
    }

    /** The same of gradients, whose histories have no decay parts. */
    SpectralObserver(
            String name,
            int stride,
            ParameterSubset subset,
            Observed observed,
            ObserverFactory.Context context,
            List<SpectrumLog> logs) {
        this(
                name,
                stride,
                subset,
                observed,
                context,
                UpdateStore.WHOLE,
                WatchedPieces.whole(context),
                logs.stream().map(log -> List.of(new ObservedWindow(log))).toList());
    }

    /**
     * With several windows of the same updates.
     *
     * @param store how updates are kept
     * @param pieces whose products are formed apart
     * @param windows of each run, the widest first
     */
    SpectralObserver(
            String name,
            int stride,
            ParameterSubset subset,
            Observed observed,
            ObserverFactory.Context context,
            UpdateStore store,
            WatchedPieces pieces,
            List<List<ObservedWindow>> windows) {
        super(
                name,
                stride,
                subset,
                observed,
                windows.stream().map(own -> own.getFirst().log()).toList(),
                windows.stream()
                        .map(own -> own.stream()
                                .flatMap(each -> each.tables().stream())
                                .toList())
                        .toList());
        this.pieces = pieces;
        this.windows = windows;
        List<SpectrumLog> logs =
                windows.stream().map(own -> own.getFirst().log()).toList();
        backend = context.backend();
        workers = context.workers();
        block = store.block(context);
        int runs = logs.size();
        ProductHistory first = logs.getFirst().history();
        for (SpectrumLog log : logs) {
            if (log.history().window() != first.window()) {
                throw new IllegalArgumentException("observer " + name + " needs histories of one window");
            }
        }
        accumulated = !observed.isGradient() && isAccumulated(name, stride, logs);
        List<Long> ends = pieces.ends();
        long ofWindow = store.results(context, runs, first.window(), ends, accumulated);
        MemoryOwner owner = context.owner();
        queue = new ResultQueue(
                backend,
                owner,
                context.queued(),
                ofWindow + (long) SCALARS * block * workers.count() * pieces.count() * runs);
        resultsOf = entry -> new Results(entry, ofWindow);
        written = resultsOf.apply(queue.written());
        window = store.open(context, runs, first.window(), ends, accumulated, written.ofWindow);
        cut = new VectorPieces(workers, pieces);
        historyState = Tensor.allocate(owner, DType.FLOAT64, runs, stateLength(windows.getFirst()));
        for (int run = 0; run < runs; run++) {
            keepIn(historyState.run(run).segment(), windows.get(run));
        }
        updatesOfBlock = new int[context.queued()];
        // What a replay does is not counted here: it is one update.
        Arrays.fill(updatesOfBlock, 1);
    }

    private static int stateLength(List<ObservedWindow> ofRun) {
        return ofRun.stream().mapToInt(ObservedWindow::stateLength).sum();
    }

    private static void keepIn(MemorySegment state, List<ObservedWindow> ofRun) {
        long begin = 0;
        for (ObservedWindow each : ofRun) {
            each.keepIn(state.asSlice(begin));
            begin += (long) each.stateLength() * Double.BYTES;
        }
    }

    /**
     * What the histories of an observer of this stride need.
     *
     * @param inProportion whether the decay part of a step is −ηωθ for all watched parameters, with one factor
     */
    public static DecaySource decaySource(int stride, boolean inProportion) {
        return stride == 1 && inProportion ? DecaySource.SINGLE_STEP : DecaySource.ACCUMULATED;
    }

    /** Whether the histories take decay parts as they were added up, which those of several steps must. */
    private static boolean isAccumulated(String name, int stride, List<SpectrumLog> logs) {
        DecaySource source = logs.getFirst().history().decaySource();
        boolean fits = source == DecaySource.ACCUMULATED
                || source == decaySource(stride, true)
                || (source == DecaySource.GROUPS && stride == 1);
        if (!fits || logs.stream().anyMatch(log -> log.history().decaySource() != source)) {
            throw new IllegalArgumentException("observer " + name + " of stride " + stride
                    + " needs histories with ACCUMULATED decay, or with SINGLE_STEP if it is 1");
        }
        return source == DecaySource.ACCUMULATED;
    }

    @Override
    public boolean needsDecayPart() {
        return accumulated;
    }

    @Override
    public void record(Update update) {
        window.begin();
        slice(update);
        restarts = gradients == null && update.isLast();
        workers.run(take);
        if (restarts) {
            update.restart();
        }
        pending++;
        if (pending == block) {
            complete();
        }
    }

    @Override
    public int pending() {
        return pending;
    }

    @Override
    public void complete() {
        if (pending > 0) {
            window.multiply(pending);
            queue.publish();
            updatesOfBlock[(int) (formedBlocks++ % updatesOfBlock.length)] = pending;
            pending = 0;
        }
    }

    private void slice(Update update) {
        if (update == slicedUpdate) {
            return;
        }
        slicedUpdate = update;
        if (observed().isGradient()) {
            gradients = workers.slices(update.gradient());
        } else {
            beforeParts = cut.of(update.parametersBefore());
            afterParts = cut.of(update.parametersAfter());
            decayParts = accumulated ? workers.slices(update.decayPart()) : null;
        }
    }

    /** Forms a worker's part of the update in its place of the block, and the products with what is no row there. */
    private void take(int worker) {
        Tensor total = window.part(pending, worker);
        if (gradients != null) {
            backend.copy(gradients[worker], total);
            return;
        }
        Tensor[] parts = cut.ofPart(total, worker);
        for (int piece = 0; piece < parts.length; piece++) {
            if (parts[piece] != null) {
                take(
                        afterParts[worker][piece],
                        beforeParts[worker][piece],
                        parts[piece],
                        written.scalars[pending][worker][piece]);
            }
        }
        if (accumulated) {
            backend.copy(decayParts[worker], window.companionPart(pending, worker));
        }
    }

    private void take(Tensor after, Tensor before, Tensor total, Tensor[] scalars) {
        if (restarts) {
            backend.advance(after, before, total, scalars[WITH_PARAMETERS], scalars[PARAMETER_SQUARES]);
        } else {
            backend.subtract(after, before, total, scalars[WITH_PARAMETERS], scalars[PARAMETER_SQUARES]);
        }
    }

    @Override
    public void fetch(long observations) {
        if (fetchedBlocks == 0) {
            windows.forEach(ofRun -> ofRun.forEach(ObservedWindow::restore));
        }
        while (fetchedUpdates < observations) {
            fetchedUpdates += updatesOfBlock[(int) (fetchedBlocks++ % updatesOfBlock.length)];
        }
        queue.fetch(fetchedBlocks);
    }

    @Override
    public void absorb(long step, Update update) {
        Results results = fetched.computeIfAbsent(queue.entry(absorbedBlocks), resultsOf);
        int row = absorbedOfBlock++;
        if (absorbedOfBlock == updatesOfBlock[(int) (absorbedBlocks % updatesOfBlock.length)]) {
            absorbedBlocks++;
            absorbedOfBlock = 0;
        }
        window.absorb(results.ofWindow, row);
        for (int run = 0; run < runs(); run++) {
            if (!isFinished(run)) {
                absorb(step, update, results.scalars[row], run);
            }
        }
    }

    private void absorb(long step, Update update, Tensor[][][] scalars, int run) {
        List<ObservedWindow> ofRun = windows.get(run);
        for (int index = 0; index < ofRun.size(); index++) {
            absorb(step, update, scalars, run, ofRun.get(index));
        }
    }

    private void absorb(long step, Update update, Tensor[][][] scalars, int run, ObservedWindow each) {
        double squares = window.product(run, 0);
        UpdateProducts products = each.read(window, run);
        products.parametersAfter = 0;
        products.parametersSquare = 0;
        for (int piece = 0; piece < pieces.count(); piece++) {
            double withParameters = sum(scalars, piece, WITH_PARAMETERS, run);
            double parameterSquare = sum(scalars, piece, PARAMETER_SQUARES, run);
            products.parametersAfter += withParameters;
            products.parametersSquare += parameterSquare;
            if (each.hasPieces()) {
                UpdateProducts own = each.readPiece(window, run, piece);
                own.parametersAfter = withParameters;
                own.parametersSquare = parameterSquare;
                own.decayFactor = decayFactor(update, run, step, pieces.piece(piece));
                own.learningRate = update.learningRate(run, step);
            }
        }
        if (!products.areFinite(squares)) {
            throw products.notFinite(squares, updateOf(run, step));
        }
        products.learningRate = update.learningRate(run, step);
        if (!observed().isGradient()) {
            products.decayFactor = update.decayFactor(run, step);
            requireDecayOfAllParameters(each, products, step, run);
        }
        each.append(update, step);
        each.save();
    }

    private static double decayFactor(Update update, int run, long step, WatchedPieces.Piece piece) {
        return piece.decays() ? update.decayFactor(run, piece.group(), step) : 0;
    }

    private void requireDecayOfAllParameters(ObservedWindow each, UpdateProducts products, long step, int run) {
        if (each.decaySource() == DecaySource.SINGLE_STEP && Double.isNaN(products.decayFactor)) {
            throw new RunException("observer " + name() + " of stride 1: the decay part of run " + run + " at step "
                    + step
                    + " is not the learning rate times the weight decay times the parameters of the " + subset().key()
                    + " subset; use a stride of at least 2");
        }
    }

    private static double sum(Tensor[][][] scalars, int piece, int which, int run) {
        double sum = 0;
        for (Tensor[][] ofWorker : scalars) {
            sum += ofWorker[piece][which].getDouble(run);
        }
        return sum;
    }

    @Override
    public Map<String, Tensor> state() {
        Map<String, Tensor> state = new LinkedHashMap<>(window.state());
        state.put("history", historyState);
        return state;
    }

    /** What a block leaves behind, in one piece of memory. */
    private final class Results {
        private final Tensor ofWindow;
        /** By update of the block, worker, piece and kind: {@code [S]}. */
        private final Tensor[][][][] scalars = new Tensor[block][workers.count()][pieces.count()][SCALARS];

        Results(Tensor all, long ofWindow) {
            this.ofWindow = all.slice(0, 0, ofWindow);
            long begin = ofWindow;
            for (Tensor[][][] ofUpdate : scalars) {
                for (Tensor[][] ofWorker : ofUpdate) {
                    for (Tensor[] ofPiece : ofWorker) {
                        for (int kind = 0; kind < SCALARS; kind++) {
                            ofPiece[kind] = all.slice(0, begin, begin + runs());
                            begin += runs();
                        }
                    }
                }
            }
        }
    }
}
