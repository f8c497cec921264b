package dev.spectraledge.analysis.online;

import dev.spectraledge.analysis.spectrum.UpdateProducts;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.ResultQueue;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.linalg.RollingGram;
import dev.spectraledge.trainer.EdgeGauge;
import dev.spectraledge.trainer.EdgeReading;
import dev.spectraledge.trainer.ParameterSubset;
import dev.spectraledge.trainer.RecordedObserver;
import dev.spectraledge.trainer.Update;
import java.lang.foreign.ValueLayout;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Measures the spectral edge of training whose steps are recorded. The window of updates stays in the backend's memory; an
 * observation leaves the products of the newest update with the window in a queue, a few hundred bytes a run, and the host
 * makes rows of them later, the same as {@link SpectralObserver}.
 */
public final class RecordedSpectralObserver implements RecordedObserver, EdgeGauge {
    /** Observations that may wait to be absorbed: those of two stretches of steps. */
    private static final int QUEUED = 128;

    private final String name;
    private final int stride;
    private final ParameterSubset subset;
    private final Backend backend;
    private final List<SpectrumLog> logs;
    private final int slots;
    private final boolean accumulated;
    /** [S, slots, n], and the same with the slots first. */
    private final Tensor updates;

    private final Tensor updateRing;
    private final Tensor total;
    private final Tensor decayParts;
    private final Tensor decayRing;
    private final Tensor counter;
    /** [S, slots, slots] on the host, for a run that goes on there: as {@link RollingGram} keeps them. */
    private final Tensor gram;

    private final Tensor crossGram;
    private final Tensor historyState;
    private final ResultQueue queue;
    private final Results written;
    /** By the tensor that the queue gives, of which there are as many as it has entries. */
    private final IdentityHashMap<Tensor, Results> fetched = new IdentityHashMap<>();

    private final Function<Tensor, Results> resultsOf;
    private final UpdateProducts products;
    private final boolean[] finished;
    private long absorbed;
    private long seen = -1;

    /**
     * @param type of the parameters
     * @param parameters n, the size of the subset
     * @param logs one per run, whose histories have one window and the decay source of {@link SpectralObserver#decaySource}
     */
    public RecordedSpectralObserver(
            String name,
            int stride,
            ParameterSubset subset,
            Backend backend,
            MemoryOwner owner,
            DType type,
            long parameters,
            List<SpectrumLog> logs) {
        this.name = name;
        this.stride = stride;
        this.subset = subset;
        this.backend = backend;
        this.logs = List.copyOf(logs);
        accumulated = SpectralObserver.isAccumulated(name, stride, logs);
        int runs = logs.size();
        int window = logs.getFirst().history().window();
        slots = window + 1;
        updates = backend.allocate(owner, type, runs, slots, parameters);
        updateRing = updates.leading(1);
        total = backend.allocate(owner, type, runs, parameters);
        decayParts = accumulated ? backend.allocate(owner, type, runs, slots, parameters) : null;
        decayRing = accumulated ? decayParts.leading(1) : null;
        counter = backend.allocate(owner, DType.FLOAT64, 1);
        gram = Tensor.allocate(owner, DType.FLOAT64, runs, slots, slots);
        crossGram = accumulated ? Tensor.allocate(owner, DType.FLOAT64, runs, slots, slots) : null;
        historyState = Tensor.allocate(
                owner, DType.FLOAT64, runs, logs.getFirst().history().stateLength());
        queue = new ResultQueue(backend, owner, QUEUED, Results.size(runs, slots));
        written = new Results(queue.written(), runs, slots);
        resultsOf = entry -> new Results(entry, runs, slots);
        products = new UpdateProducts(window);
        finished = new boolean[runs];
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
        update.total(backend, total);
        backend.store(total, updateRing, counter);
        if (accumulated) {
            backend.store(update.decayPart(), decayRing, counter);
            backend.gramRows(updates, total, update.decayPart(), written.updates, written.ofDecayPart);
            backend.gramRow(decayParts, total, written.withDecayParts);
        } else {
            backend.gramRow(updates, total, written.updates);
            backend.dot(update.decayPart(), total, written.decayProduct);
            backend.sumOfSquares(update.decayPart(), written.decaySquares);
        }
        backend.dot(update.parametersAfter(), total, written.parametersAfter);
        backend.increment(counter);
        queue.publish();
    }

    @Override
    public void fetch(long observations) {
        if (seen < 0) {
            resume(observations);
        }
        queue.fetch(observations);
    }

    /** A checkpoint may have filled window and history since this observer was made; the counter has moved on by now. */
    private void resume(long observations) {
        seen = Math.round(counter.get(0)) - observations;
        for (int run = 0; run < logs.size(); run++) {
            logs.get(run).history().restore(historyState.run(run).segment());
        }
    }

    @Override
    public void absorb(long step, Update update) {
        Results results = fetched.computeIfAbsent(queue.entry(absorbed++), resultsOf);
        for (int run = 0; run < logs.size(); run++) {
            if (!finished[run]) {
                absorb(step, update, results, run);
            }
        }
        seen++;
    }

    private void absorb(long step, Update update, Results results, int run) {
        SpectrumLog log = logs.get(run);
        int window = slots - 1;
        int newest = slotOf(seen);
        Tensor row = results.updates.run(run);
        double square = row.getDouble(newest);
        products.parametersAfter = results.parametersAfter.getDouble(run);
        if (!products.areFinite(square)) {
            throw products.notFinite(square, "observer " + name + ": the update of run " + run + " at step " + step);
        }
        int survivors = log.history().survivors();
        for (int age = survivors; age >= 0; age--) {
            products.updates[survivors - age] = row.getDouble(slotOf(seen - age));
        }
        products.decayFactor = update.decayFactor(run, step);
        keep(gram.run(run), newest, row, row);
        if (accumulated) {
            keep(crossGram.run(run), newest, results.ofDecayPart.run(run), results.withDecayParts.run(run));
            int rows = Math.min(window, survivors + 1);
            for (int index = 0; index < rows; index++) {
                int slot = slotOf(seen - (rows - 1 - index));
                products.withDecayParts[index] = results.withDecayParts.run(run).getDouble(slot);
                products.ofDecayPart[index] = results.ofDecayPart.run(run).getDouble(slot);
            }
        } else {
            SpectralObserver.requireDecayOfAllParameters(
                    name,
                    subset,
                    run,
                    step,
                    results.decayProduct.getDouble(run),
                    -products.decayFactor * (products.parametersAfter - square),
                    Math.sqrt(results.decaySquares.getDouble(run) * square));
        }
        log.append(step, stride, products);
        log.history().save(historyState.run(run).segment());
    }

    private void keep(Tensor matrix, int slot, Tensor row, Tensor column) {
        for (int other = 0; other < slots; other++) {
            matrix.segment().setAtIndex(ValueLayout.JAVA_DOUBLE, (long) slot * slots + other, row.getDouble(other));
            matrix.segment().setAtIndex(ValueLayout.JAVA_DOUBLE, (long) other * slots + slot, column.getDouble(other));
        }
    }

    private int slotOf(long update) {
        return (int) Math.floorMod(update, (long) slots);
    }

    @Override
    public Optional<EdgeReading> latest(int run) {
        return logs.get(run).latest();
    }

    @Override
    public Map<String, Tensor> state() {
        Map<String, Tensor> state = RollingGram.state(
                counter,
                gram,
                updates,
                accumulated ? List.of(crossGram) : List.of(),
                accumulated ? List.of(decayParts) : List.of());
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
        logs.forEach(SpectrumLog::flush);
    }

    @Override
    public void rewindTo(long step) {
        logs.forEach(log -> log.rewindTo(step));
    }

    @Override
    public void close() {
        logs.forEach(SpectrumLog::close);
    }

    /** What an observation leaves behind, in one piece of memory: products by slot {@code [S, slots]} and by run {@code [S]}. */
    private static final class Results {
        private final Tensor updates;
        private final Tensor ofDecayPart;
        private final Tensor withDecayParts;
        private final Tensor parametersAfter;
        private final Tensor decayProduct;
        private final Tensor decaySquares;

        Results(Tensor all, int runs, int slots) {
            long block = (long) runs * slots;
            updates = all.slice(0, 0, block).reshape(runs, slots);
            ofDecayPart = all.slice(0, block, 2 * block).reshape(runs, slots);
            withDecayParts = all.slice(0, 2 * block, 3 * block).reshape(runs, slots);
            parametersAfter = all.slice(0, 3 * block, 3 * block + runs);
            decayProduct = all.slice(0, 3 * block + runs, 3 * block + 2L * runs);
            decaySquares = all.slice(0, 3 * block + 2L * runs, 3 * block + 3L * runs);
        }

        static long size(int runs, int slots) {
            return 3L * runs * (slots + 1);
        }
    }
}
