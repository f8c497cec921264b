package dev.spectraledge.analysis.online;

import dev.spectraledge.analysis.spectrum.UpdateProducts;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.SketchOperator;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.Workers;
import dev.spectraledge.kernels.linalg.SketchedWindow;
import dev.spectraledge.kernels.linalg.WindowSpectrum;
import dev.spectraledge.trainer.Observed;
import dev.spectraledge.trainer.ParameterSubset;
import dev.spectraledge.trainer.Update;
import dev.spectraledge.trainer.training.ObserverFactory;
import java.lang.foreign.ValueLayout;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Measures the spectral edge from random sketches of the updates and of their decay parts, one operator for both, or of
 * gradients, so that nothing of the size of the parameters is kept from one update to the next. Each row says how far it may be off ({@link
 * SketchCertificate}). Computes on the host.
 */
final class SketchedSpectralObserver extends LoggingObserver {
    private final Backend backend;
    private final Workers workers;
    private final List<SketchCertificate> certificates;
    private final SketchedWindow updates;
    /** Null for gradients. */
    private final SketchedWindow decayParts;

    private final WindowSpectrum spectrum;
    private final Tensor total;
    private final Tensor[] totals;
    private final Tensor historyState;
    /** By worker: ⟨θ, Δ⟩, {@code [S]}. */
    private final Tensor[] withParameters;
    /** By worker: ‖θ‖², {@code [S]}. */
    private final Tensor[] parameterSquares;

    private final UpdateProducts products;
    private final Workers.Task form = this::form;
    private Update slicedUpdate;
    private Tensor[] beforeParts;
    private Tensor[] afterParts;
    private Tensor[] gradients;
    private final Tensor[] totalParts;
    private boolean historyTaken;

    /**
     * Watches what {@code context} describes.
     *
     * @param logs one per run, whose histories have one window, and accumulated decay parts if they are of updates
     * @param certificates of the same runs, which their logs write
     */
    SketchedSpectralObserver(
            String name,
            int stride,
            ParameterSubset subset,
            Observed observed,
            SketchOperator operator,
            ObserverFactory.Context context,
            List<SpectrumLog> logs,
            List<SketchCertificate> certificates) {
        super(name, stride, subset, observed, logs);
        this.certificates = List.copyOf(certificates);
        backend = context.backend();
        workers = context.workers();
        int runs = logs.size();
        int window = logs.getFirst().history().window();
        MemoryOwner owner = context.owner();
        updates = new SketchedWindow(backend, workers, owner, operator, runs, window, context.size());
        decayParts = observed.isGradient()
                ? null
                : new SketchedWindow(backend, workers, owner, operator, runs, window, context.size());
        spectrum = new WindowSpectrum(runs, window);
        total = backend.allocate(owner, context.precision(), runs, context.size());
        totalParts = workers.slices(total);
        totals = new Tensor[runs];
        for (int run = 0; run < runs; run++) {
            totals[run] = total.slice(0, run, run + 1L);
        }
        historyState = backend.allocate(
                owner, DType.FLOAT64, runs, logs.getFirst().history().stateLength());
        withParameters = new Tensor[workers.count()];
        parameterSquares = new Tensor[workers.count()];
        for (int worker = 0; worker < withParameters.length; worker++) {
            withParameters[worker] = backend.allocate(owner, DType.FLOAT64, runs);
            parameterSquares[worker] = backend.allocate(owner, DType.FLOAT64, runs);
        }
        products = new UpdateProducts(window);
    }

    @Override
    public void record(Update update) {
        if (!historyTaken) {
            restoreHistories(historyState);
            historyTaken = true;
        }
        slice(update);
        workers.run(form);
        for (int run = 0; run < runs(); run++) {
            if (isFinished(run)) {
                // It may have diverged, and the window is decomposed for all runs at once.
                backend.fill(totals[run], 0);
            }
        }
        updates.add(total);
        if (decayParts != null) {
            decayParts.add(update.decayPart());
        }
        for (int run = 0; run < runs(); run++) {
            if (!isFinished(run)) {
                requireFinite(update.step(), run);
            }
        }
        updates.spectrum(spectrum);
        for (int run = 0; run < runs(); run++) {
            if (!isFinished(run)) {
                observe(update, run);
            }
        }
    }

    private void requireFinite(long step, int run) {
        double square = updates.squaredNorm(run, updates.sketches().rows() - 1);
        products.parametersAfter = sum(withParameters, run);
        products.parametersSquare = sum(parameterSquares, run);
        if (!products.areFinite(square)) {
            throw products.notFinite(square, updateOf(run, step));
        }
    }

    private void observe(Update update, int run) {
        SpectrumLog log = log(run);
        int rows = updates.sketches().rows();
        products.readUpdates(updates.sketches(), run, log.history().survivors());
        products.parametersAfter = sum(withParameters, run);
        products.parametersSquare = sum(parameterSquares, run);
        products.learningRate = update.learningRate(run, update.step());
        if (decayParts != null) {
            products.decayFactor = update.decayFactor(run, update.step());
            for (int row = 0; row < rows; row++) {
                products.withDecayParts[row] = crossProduct(run, row, rows - 1);
                products.ofDecayPart[row] = crossProduct(run, rows - 1, row);
            }
        }
        certificates.get(run).take(updates, decayParts, spectrum);
        log.append(update.step(), stride(), products);
        log.history().save(historyState.run(run).segment());
    }

    /** Estimate of ⟨Δdecay of row {@code decayRow}, Δ of row {@code updateRow}⟩. */
    private double crossProduct(int run, int decayRow, int updateRow) {
        Tensor decay = decayParts.sketches().row(decayRow).run(run);
        Tensor update = updates.sketches().row(updateRow).run(run);
        double sum = 0;
        for (long index = 0; index < decay.elements(); index++) {
            sum += decay.segment().getAtIndex(ValueLayout.JAVA_DOUBLE, index)
                    * update.segment().getAtIndex(ValueLayout.JAVA_DOUBLE, index);
        }
        return sum;
    }

    private static double sum(Tensor[] parts, int run) {
        double sum = 0;
        for (Tensor part : parts) {
            sum += part.getDouble(run);
        }
        return sum;
    }

    private void slice(Update update) {
        if (update == slicedUpdate) {
            return;
        }
        slicedUpdate = update;
        if (observed().isGradient()) {
            gradients = workers.slices(update.gradient());
        } else {
            beforeParts = workers.slices(update.parametersBefore());
            afterParts = workers.slices(update.parametersAfter());
        }
    }

    private void form(int worker) {
        if (gradients != null) {
            backend.copy(gradients[worker], totalParts[worker]);
            return;
        }
        backend.subtract(afterParts[worker], beforeParts[worker], totalParts[worker]);
        backend.dot(afterParts[worker], totalParts[worker], withParameters[worker]);
        backend.sumOfSquares(afterParts[worker], parameterSquares[worker]);
    }

    @Override
    public Map<String, Tensor> state() {
        Map<String, Tensor> state = new LinkedHashMap<>();
        updates.state().forEach((part, tensor) -> state.put("update_" + part, tensor));
        if (decayParts != null) {
            decayParts.state().forEach((part, tensor) -> state.put("decay_" + part, tensor));
        }
        state.put("history", historyState);
        return state;
    }
}
