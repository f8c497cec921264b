package dev.spectraledge.analysis.online;

import dev.spectraledge.analysis.gradient.CommutatorDefect;
import dev.spectraledge.analysis.gradient.DirectionalCurvature;
import dev.spectraledge.analysis.gradient.MinibatchGradients;
import dev.spectraledge.analysis.gradient.StepStability;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.io.CsvTable;
import dev.spectraledge.trainer.step.TrainingSetup;
import dev.spectraledge.trainer.training.ObserverFactory;
import java.util.List;

/**
 * How the loss bends along the gradient, in FLOAT64, with one batch that is drawn apart from those of the training.
 *
 * <ul>
 *   <li>{@code gradient_curvature}: gᵀHg/‖g‖²
 *   <li>{@code preconditioned_curvature}: uᵀHu/uᵀPu along u = P⁻¹g, P being what the optimiser divides by
 *   <li>{@code stability_limit}: what of the latter a step bears, 2/η where there is neither P nor momentum; see {@link
 *       StepStability}
 *   <li>{@code curvature_over_limit}: the one over the other
 *   <li>{@code gradient_norm}: ‖g‖
 * </ul>
 */
final class CurvatureMeasurement implements ModelProbe.Measurement {
    static final List<String> COLUMNS = List.of(
            "gradient_curvature",
            "preconditioned_curvature",
            "stability_limit",
            "curvature_over_limit",
            "gradient_norm");

    private final MinibatchGradients gradients;
    private final StepStability stability;
    private final DirectionalCurvature curvature;

    CurvatureMeasurement(TrainingSetup setup, int run, StepStability stability, ObserverFactory.Context context) {
        Backend backend = context.backend();
        this.stability = stability;
        gradients = new MinibatchGradients(setup, run, backend, DType.FLOAT64);
        curvature = new DirectionalCurvature(backend, context.owner(), gradients, context.size());
    }

    @Override
    public void measure(long step, Tensor parameters, CsvTable row) {
        DirectionalCurvature.Value value =
                curvature.measure(parameters, CommutatorDefect.firstBatch(step, 0), stability.preconditioner(step));
        double limit = stability.limit(step);
        row.set(1, value.alongGradient());
        row.set(2, value.preconditioned());
        row.set(3, limit);
        row.set(4, value.preconditioned() / limit);
        row.set(5, value.gradientNorm());
    }

    @Override
    public void close() {
        gradients.close();
    }
}
