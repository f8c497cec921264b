package dev.spectraledge.analysis.online;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.Observed;
import dev.spectraledge.trainer.ParameterSubset;
import dev.spectraledge.trainer.Update;
import dev.spectraledge.trainer.UpdateObserver;
import dev.spectraledge.trainer.io.CsvTable;
import dev.spectraledge.trainer.training.ObserverFactory;
import dev.spectraledge.trainer.warning.WarningWatch;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/**
 * Measures something of the models every so many steps while they train: a row of numbers for each run, which the detectors
 * that look at such a table see. Computes on the host, and leaves the training as it is.
 */
final class ModelProbe implements UpdateObserver {
    private final String name;
    private final Backend backend;
    private final int every;
    /** FLOAT64. */
    private final Tensor point;

    private final List<Run> runs = new ArrayList<>();

    /** What is measured of one run. */
    interface Measurement extends AutoCloseable {
        /** Writes the numbers after a step at parameters {@code [1, P]} into the row that was begun, from column 1 on. */
        void measure(long step, Tensor parameters, CsvTable row);

        @Override
        void close();
    }

    private record Run(Measurement measurement, CsvTable table, WarningWatch warnings, boolean[] ended) {}

    /**
     * Of all runs of a training.
     *
     * @param columns of the numbers
     * @param ofRun makes the measurement of a run of that number
     */
    ModelProbe(
            String name,
            int every,
            List<String> columns,
            IntFunction<? extends Measurement> ofRun,
            ObserverFactory.Context context) {
        this.name = name;
        this.every = every;
        backend = context.backend();
        point = backend.allocate(context.owner(), DType.FLOAT64, 1, context.size());
        List<String> all = new ArrayList<>(List.of("step"));
        all.addAll(columns);
        for (ObserverFactory.ObservedRun own : context.runs()) {
            Measurement measurement = ofRun.apply(runs.size());
            CsvTable table = new CsvTable(own.table(), all, context.existing());
            WarningWatch warnings = new WarningWatch(table, own.detectors(), own.events()::raise);
            runs.add(new Run(measurement, table, warnings, new boolean[1]));
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int stride() {
        return every;
    }

    @Override
    public ParameterSubset subset() {
        return ParameterSubset.ALL;
    }

    @Override
    public Observed observed() {
        return Observed.GRADIENTS;
    }

    @Override
    public void record(Update update) {
        for (int index = 0; index < runs.size(); index++) {
            Run run = runs.get(index);
            if (!run.ended[0]) {
                backend.copy(update.parametersAfter().slice(0, index, index + 1L), point);
                run.table.begin(update.step());
                run.measurement.measure(update.step(), point, run.table);
                run.table.commit();
            }
        }
    }

    @Override
    public void finish(int run) {
        runs.get(run).ended[0] = true;
        runs.get(run).table.close();
    }

    @Override
    public void flush() {
        runs.forEach(run -> run.table.flush());
    }

    @Override
    public void rewindTo(long step) {
        for (Run run : runs) {
            run.table.rewindTo(step);
            run.warnings.rewound();
        }
    }

    @Override
    public void close() {
        runs.forEach(run -> {
            run.measurement.close();
            run.table.close();
        });
    }
}
