package dev.spectraledge.analysis.online;

import dev.spectraledge.analysis.gradient.CommutatorDefect;
import dev.spectraledge.analysis.gradient.MinibatchGradients;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.io.CsvTable;
import dev.spectraledge.trainer.step.TrainingSetup;
import dev.spectraledge.trainer.training.ObserverFactory;
import java.util.List;

/**
 * The commutator defect in FLOAT64, with one pair of batches that are drawn apart from those of the training: the first pair
 * that {@code sedge experiment commutator-defect} takes at the same step.
 *
 * <ul>
 *   <li>{@code defect}: D, which grows wherever gradients vanish; {@code defect_of_rounding}: what D would be in FLOAT32 for
 *       its roundings alone
 *   <li>{@code defect_curvature, relative_defect}: free of that scale; see {@link CommutatorDefect}
 *   <li>{@code gradient_norm, gradient_cosine}: √(‖g_A‖‖g_B‖) and cos(g_A, g_B) of both batches
 * </ul>
 */
final class DefectMeasurement implements ModelProbe.Measurement {
    static final List<String> COLUMNS = List.of(
            "defect", "defect_of_rounding", "defect_curvature", "relative_defect", "gradient_norm", "gradient_cosine");

    private final MinibatchGradients gradients;
    private final CommutatorDefect defect;

    DefectMeasurement(TrainingSetup setup, int run, ObserverFactory.Context context) {
        Backend backend = context.backend();
        gradients = new MinibatchGradients(setup, run, backend, DType.FLOAT64);
        defect = new CommutatorDefect(backend, context.owner(), gradients, context.size());
    }

    @Override
    public void measure(long step, Tensor parameters, CsvTable row) {
        long first = CommutatorDefect.firstBatch(step, 0);
        CommutatorDefect.Value value = defect.measure(parameters, first, first + 1);
        row.set(1, value.scaled());
        row.set(2, value.rounding());
        row.set(3, value.curvature());
        row.set(4, value.relative());
        row.set(5, value.gradientNorm());
        row.set(6, value.cosine());
    }

    @Override
    public void close() {
        gradients.close();
    }
}
