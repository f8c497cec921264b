package dev.spectraledge.analysis.online;

import dev.spectraledge.analysis.gradient.CommutatorDefect;
import dev.spectraledge.analysis.gradient.MinibatchGradients;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.Observed;
import dev.spectraledge.trainer.ParameterSubset;
import dev.spectraledge.trainer.Update;
import dev.spectraledge.trainer.UpdateObserver;
import dev.spectraledge.trainer.io.CsvTable;
import dev.spectraledge.trainer.step.TrainingSetup;
import dev.spectraledge.trainer.training.ObserverFactory;
import dev.spectraledge.trainer.warning.WarningWatch;
import java.util.ArrayList;
import java.util.List;

/**
 * Measures the commutator defect every so many steps while runs train, in FLOAT64, with one pair of batches that are drawn
 * apart from those of the training: the first pair that {@code sedge experiment commutator-defect} takes at the same step.
 * Computes on the host.
 *
 * <ul>
 *   <li>{@code defect}: D, which grows wherever gradients vanish; {@code defect_of_rounding}: what D would be in FLOAT32 for
 *       its roundings alone
 *   <li>{@code defect_curvature, relative_defect}: free of that scale; see {@link CommutatorDefect}
 *   <li>{@code gradient_norm, gradient_cosine}: √(‖g_A‖‖g_B‖) and cos(g_A, g_B) of both batches
 * </ul>
 */
final class DefectObserver implements UpdateObserver {
    static final String NAME = "defect";

    private static final List<String> COLUMNS = List.of(
            "step",
            "defect",
            "defect_of_rounding",
            "defect_curvature",
            "relative_defect",
            "gradient_norm",
            "gradient_cosine");

    private final Backend backend;
    private final int every;
    private final Tensor point;
    private final List<Run> runs = new ArrayList<>();

    private record Run(
            MinibatchGradients gradients,
            CommutatorDefect defect,
            CsvTable table,
            WarningWatch warnings,
            boolean[] ended) {}

    DefectObserver(int every, TrainingSetup setup, ObserverFactory.Context context) {
        this.every = every;
        backend = context.backend();
        point = backend.allocate(context.owner(), DType.FLOAT64, 1, context.size());
        for (ObserverFactory.ObservedRun own : context.runs()) {
            MinibatchGradients gradients = new MinibatchGradients(setup, runs.size(), backend, DType.FLOAT64);
            CsvTable table = new CsvTable(own.table(), COLUMNS, context.existing());
            runs.add(new Run(
                    gradients,
                    new CommutatorDefect(backend, context.owner(), gradients, context.size()),
                    table,
                    new WarningWatch(table, own.detectors(), own.events()::raise),
                    new boolean[1]));
        }
    }

    @Override
    public String name() {
        return NAME;
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
                measure(run, update.step());
            }
        }
    }

    private void measure(Run run, long step) {
        long first = CommutatorDefect.firstBatch(step, 0);
        CommutatorDefect.Value value = run.defect.measure(point, first, first + 1);
        run.table.begin(step);
        run.table.set(1, value.scaled());
        run.table.set(2, value.rounding());
        run.table.set(3, value.curvature());
        run.table.set(4, value.relative());
        run.table.set(5, value.gradientNorm());
        run.table.set(6, value.cosine());
        run.table.commit();
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
            run.gradients.close();
            run.table.close();
        });
    }
}
