package dev.spectraledge.analysis.online;

import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.EdgeGauge;
import dev.spectraledge.trainer.EdgeReading;
import dev.spectraledge.trainer.Observed;
import dev.spectraledge.trainer.ParameterSubset;
import dev.spectraledge.trainer.UpdateObserver;
import java.util.List;
import java.util.Optional;

/** An observer of S runs that writes a log for each, and reads the edge from what it has written last. */
abstract class LoggingObserver implements UpdateObserver, EdgeGauge {
    private final String name;
    private final int stride;
    private final ParameterSubset subset;
    private final Observed observed;
    private final List<SpectrumLog> logs;
    private final List<List<ObserverTable>> tables;
    private final boolean[] finished;

    /** @param logs one per run, with histories of what is observed */
    LoggingObserver(String name, int stride, ParameterSubset subset, Observed observed, List<SpectrumLog> logs) {
        this(
                name,
                stride,
                subset,
                observed,
                logs,
                logs.stream().map(List::<ObserverTable>of).toList());
    }

    /**
     * Where there are further tables.
     *
     * @param tables all tables of each run, the log among them
     */
    LoggingObserver(
            String name,
            int stride,
            ParameterSubset subset,
            Observed observed,
            List<SpectrumLog> logs,
            List<List<ObserverTable>> tables) {
        if (logs.stream().anyMatch(log -> log.history().isOfGradients() != observed.isGradient())) {
            throw new IllegalArgumentException("observer " + name + " of " + observed + " needs histories of the same");
        }
        this.name = name;
        this.stride = stride;
        this.subset = subset;
        this.observed = observed;
        this.logs = List.copyOf(logs);
        this.tables = List.copyOf(tables);
        finished = new boolean[logs.size()];
    }

    /** S. */
    final int runs() {
        return logs.size();
    }

    final SpectrumLog log(int run) {
        return logs.get(run);
    }

    final boolean isFinished(int run) {
        return finished[run];
    }

    /** Takes the histories from where {@link #state} keeps them: a checkpoint may have filled it since this observer was made. */
    final void restoreHistories(Tensor state) {
        for (int run = 0; run < runs(); run++) {
            log(run).history().restore(state.run(run).segment());
        }
    }

    /** What a message says of an update of a run, or of its gradient. */
    final String updateOf(int run, long step) {
        return "observer " + name + ": the " + (observed.isGradient() ? "gradient" : "update") + " of run " + run
                + " at step " + step;
    }

    @Override
    public final String name() {
        return name;
    }

    @Override
    public final int stride() {
        return stride;
    }

    @Override
    public final ParameterSubset subset() {
        return subset;
    }

    @Override
    public final Observed observed() {
        return observed;
    }

    @Override
    public final Optional<EdgeReading> latest(int run) {
        return logs.get(run).latest();
    }

    @Override
    public final void finish(int run) {
        finished[run] = true;
        tables.get(run).forEach(ObserverTable::close);
    }

    @Override
    public final void flush() {
        tables.forEach(own -> own.forEach(ObserverTable::flush));
    }

    @Override
    public final void rewindTo(long step) {
        tables.forEach(own -> own.forEach(table -> table.rewindTo(step)));
    }

    @Override
    public final void close() {
        tables.forEach(own -> own.forEach(ObserverTable::close));
    }
}
