package dev.spectraledge.analysis.online;

import dev.spectraledge.analysis.spectrum.DecaySource;
import dev.spectraledge.analysis.spectrum.ProductHistory;
import dev.spectraledge.analysis.spectrum.UpdateProducts;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.Workers;
import dev.spectraledge.kernels.linalg.RollingGram;
import dev.spectraledge.trainer.EdgeGauge;
import dev.spectraledge.trainer.EdgeReading;
import dev.spectraledge.trainer.ParameterSubset;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.Update;
import dev.spectraledge.trainer.UpdateObserver;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Measures the spectral edge while training runs: each update costs one pass over the stored window, and a row of numbers
 * follows from the products alone. One instance watches all S runs of a trainer and writes a log for each.
 *
 * <p>The exact decay part needs a second window only where an interval has several steps, or where the optimiser's decay
 * is not in proportion to the parameters. Otherwise Δdecay = −ηωθ (decoupled decay of all watched parameters), and its
 * products follow from those of θ, which are cheap; that the optimiser's decay part agrees is checked at each observation.
 */
public final class SpectralObserver implements UpdateObserver, EdgeGauge {
    /**
     * How far ⟨Δdecay, Δ⟩ may be from −ηω⟨θ, Δ⟩, in units of ‖Δdecay‖‖Δ‖. The decay part in single precision is off by 2⁻²⁴
     * of θ at most, hence by 2⁻²⁴/(ηω) of itself: 0.01 is safe for ηω ≥ 6e-6 and far below what a group of parameters
     * without decay would do.
     */
    private static final double DECAY_TOLERANCE = 0.01;

    private static final int WITH_PARAMETERS = 0;
    private static final int WITH_DECAY = 1;
    private static final int DECAY_SQUARES = 2;

    private final String name;
    private final int stride;
    private final ParameterSubset subset;
    private final Backend backend;
    private final Workers workers;
    private final RollingGram window;
    private final List<SpectrumLog> logs;
    private final UpdateProducts products;
    private final boolean accumulated;
    private final Tensor historyState;
    private final Tensor[][] scalarParts;
    private final Workers.Task produce = this::produce;
    private Update slicedUpdate;
    private Tensor[] beforeParts;
    private Tensor[] afterParts;
    private Tensor[] decayParts;
    private final boolean[] finished;
    private boolean historyTaken;

    /**
     * @param type of the parameters
     * @param parameters n, the size of the subset
     * @param logs one per run, whose histories have one window and one decay source, that of {@link #decaySource}
     */
    public SpectralObserver(
            String name,
            int stride,
            ParameterSubset subset,
            Backend backend,
            Workers workers,
            MemoryOwner owner,
            DType type,
            long parameters,
            List<SpectrumLog> logs) {
        this.name = name;
        this.stride = stride;
        this.subset = subset;
        this.backend = backend;
        this.workers = workers;
        this.logs = List.copyOf(logs);
        finished = new boolean[logs.size()];
        ProductHistory first = logs.getFirst().history();
        for (SpectrumLog log : logs) {
            if (log.history().window() != first.window()) {
                throw new IllegalArgumentException("observer " + name + " needs histories of one window");
            }
        }
        accumulated = isAccumulated(name, stride, logs);
        window = new RollingGram(
                backend, workers, owner, type, logs.size(), first.window(), parameters, accumulated ? 1 : 0);
        products = new UpdateProducts(first.window());
        historyState = backend.allocate(owner, DType.FLOAT64, logs.size(), first.stateLength());
        scalarParts = new Tensor[workers.count()][];
        for (int worker = 0; worker < scalarParts.length; worker++) {
            Tensor scalars = backend.allocate(owner, DType.FLOAT64, 3, logs.size());
            scalarParts[worker] =
                    new Tensor[] {scalars.at(WITH_PARAMETERS), scalars.at(WITH_DECAY), scalars.at(DECAY_SQUARES)};
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
    static boolean isAccumulated(String name, int stride, List<SpectrumLog> logs) {
        DecaySource source = logs.getFirst().history().decaySource();
        boolean fits = source == DecaySource.ACCUMULATED || source == decaySource(stride, true);
        if (!fits || logs.stream().anyMatch(log -> log.history().decaySource() != source)) {
            throw new IllegalArgumentException("observer " + name + " of stride " + stride
                    + " needs histories with ACCUMULATED decay, or with SINGLE_STEP if it is 1");
        }
        return source == DecaySource.ACCUMULATED;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int stride() {
        return stride;
    }

    @Override
    public ParameterSubset subset() {
        return subset;
    }

    @Override
    public void observe(Update update) {
        takeHistory();
        slice(update);
        window.produce(produce);
        for (int run = 0; run < logs.size(); run++) {
            if (!finished[run]) {
                observe(update, run);
            }
        }
    }

    private void observe(Update update, int run) {
        int rows = window.rows();
        int last = rows - 1;
        SpectrumLog log = logs.get(run);
        products.readUpdates(window, run, log.history().survivors());
        double squares = window.product(run, last, last);
        products.parametersAfter = sum(WITH_PARAMETERS, run);
        if (!products.areFinite(squares)) {
            throw products.notFinite(
                    squares, "observer " + name + ": the update of run " + run + " at step " + update.step());
        }
        products.decayFactor = update.decayFactor(run, update.step());
        if (accumulated) {
            for (int row = 0; row < rows; row++) {
                products.withDecayParts[row] = window.crossProduct(run, 0, row, last);
                products.ofDecayPart[row] = window.crossProduct(run, 0, last, row);
            }
        } else {
            requireDecayOfAllParameters(update, run, squares);
        }
        log.append(update.step(), stride, products);
        log.history().save(historyState.run(run).segment());
    }

    private void requireDecayOfAllParameters(Update update, int run, double squares) {
        requireDecayOfAllParameters(
                name,
                subset,
                run,
                update.step(),
                sum(WITH_DECAY, run),
                -products.decayFactor * (products.parametersAfter - squares),
                Math.sqrt(sum(DECAY_SQUARES, run) * squares));
    }

    /**
     * @param given ⟨Δdecay, Δ⟩ as the optimiser's decay part has it
     * @param derived the same from the parameters
     * @param scale ‖Δdecay‖‖Δ‖
     */
    static void requireDecayOfAllParameters(
            String name, ParameterSubset subset, int run, long step, double given, double derived, double scale) {
        if (Math.abs(given - derived) > DECAY_TOLERANCE * scale) {
            throw new RunException("observer " + name + " of stride 1: the decay part of run " + run + " at step "
                    + step
                    + " is not the learning rate times the weight decay times the parameters of the " + subset.key()
                    + " subset; use a stride of at least 2");
        }
    }

    /** A checkpoint may have filled the state since this observer was made. */
    private void takeHistory() {
        if (!historyTaken) {
            for (int run = 0; run < logs.size(); run++) {
                logs.get(run).history().restore(historyState.run(run).segment());
            }
            historyTaken = true;
        }
    }

    private void slice(Update update) {
        if (update != slicedUpdate) {
            beforeParts = parts(update.parametersBefore());
            afterParts = parts(update.parametersAfter());
            decayParts = parts(update.decayPart());
            slicedUpdate = update;
        }
    }

    private Tensor[] parts(Tensor tensor) {
        Tensor[] parts = new Tensor[workers.count()];
        for (int worker = 0; worker < parts.length; worker++) {
            parts[worker] = tensor.slice(
                    1, workers.partBegin(tensor.size(1), worker), workers.partBegin(tensor.size(1), worker + 1));
        }
        return parts;
    }

    /** Forms a worker's part of the update in its slot of the window, and the products with what is no row there. */
    private void produce(int worker) {
        Tensor total = window.nextPart(worker);
        backend.subtract(afterParts[worker], beforeParts[worker], total);
        backend.dot(afterParts[worker], total, scalarParts[worker][WITH_PARAMETERS]);
        if (accumulated) {
            backend.copy(decayParts[worker], window.nextCompanionPart(0, worker));
        } else {
            backend.dot(decayParts[worker], total, scalarParts[worker][WITH_DECAY]);
            backend.sumOfSquares(decayParts[worker], scalarParts[worker][DECAY_SQUARES]);
        }
    }

    private double sum(int scalar, int run) {
        double sum = 0;
        for (Tensor[] part : scalarParts) {
            sum += part[scalar].getDouble(run);
        }
        return sum;
    }

    @Override
    public Optional<EdgeReading> latest(int run) {
        return logs.get(run).latest();
    }

    @Override
    public Map<String, Tensor> state() {
        Map<String, Tensor> state = new LinkedHashMap<>(window.state());
        state.put("history", historyState);
        return state;
    }

    @Override
    public void finish(int run) {
        finished[run] = true;
        logs.get(run).close();
    }

    @Override
    public void flush() {
        for (SpectrumLog log : logs) {
            log.flush();
        }
    }

    @Override
    public void rewindTo(long step) {
        for (SpectrumLog log : logs) {
            log.rewindTo(step);
        }
    }

    @Override
    public void close() {
        for (SpectrumLog log : logs) {
            log.close();
        }
    }
}
