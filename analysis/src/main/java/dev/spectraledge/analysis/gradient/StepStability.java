package dev.spectraledge.analysis.gradient;

import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.config.TrainingConfig;
import dev.spectraledge.trainer.optimizer.Optimizer;
import dev.spectraledge.trainer.optimizer.OptimizerSettings;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.Supplier;

/**
 * How much curvature the steps of one run bear: on a quadratic loss with Hessian H, θ ← θ − ηP⁻¹m diverges where an
 * eigenvalue of P^-½HP^-½ is above the limit (Cohen et al. 2021, appendix B; Cohen et al. 2022).
 *
 * <ul>
 *   <li>gradient descent: P = 1, limit 2/η
 *   <li>with momentum, m ← μm + g: (2 + 2μ)/η; looking ahead: (2 + 2μ)/((1 + 2μ)η)
 *   <li>Adam, m ← β₁m + (1 − β₁)g: P = (1 − β₁ᵗ)(√(v/(1 − β₂ᵗ)) + ε), limit (2 + 2β₁)/((1 − β₁)η), 38/η for β₁ = 0.9
 * </ul>
 *
 * <p>Weight decay and clipping are left out: ηω is small beside 1, and a step that is clipped bears more.
 */
public final class StepStability {
    private final TrainingConfig training;
    private final OptimizerSettings settings;
    private final int run;
    private final Supplier<Optimizer> optimizer;

    /**
     * Of one of the runs of a training.
     *
     * @param optimizer whose state is that of the step that is asked for
     */
    public StepStability(TrainingConfig training, OptimizerSettings settings, int run, Supplier<Optimizer> optimizer) {
        this.training = training;
        this.settings = settings;
        this.run = run;
        this.optimizer = optimizer;
    }

    /** The greatest curvature, in the optimiser's variables, at which a step does not diverge. */
    public double limit(long step) {
        return factor(training.optimizer(), settings, training.nesterov())
                / optimizer.get().learningRate(run, step);
    }

    /** η times the limit. */
    static double factor(dev.spectraledge.trainer.config.Optimizer kind, OptimizerSettings settings, boolean nesterov) {
        double momentum = settings.momentum();
        return switch (kind) {
            case ADAMW, ADAM -> (2 + 2 * settings.beta1()) / (1 - settings.beta1());
            case SGD -> (2 + 2 * momentum) / (nesterov ? 1 + 2 * momentum : 1);
            case MUON -> throw new IllegalArgumentException("Muon divides no element of a gradient by itself");
        };
    }

    /** What the optimiser divides the gradient by after a step. */
    public DirectionalCurvature.Preconditioner preconditioner(long step) {
        if (training.optimizer() == dev.spectraledge.trainer.config.Optimizer.SGD) {
            return DirectionalCurvature.Preconditioner.NONE;
        }
        return (gradient, direction) -> divide(step, gradient, direction);
    }

    private void divide(long step, Tensor gradient, Tensor direction) {
        Tensor squares = optimizer.get().state().get("exp_avg_sq").flat().run(run);
        double firstCorrection = 1 - Math.pow(settings.beta1(), (double) step);
        double secondCorrection = 1 - Math.pow(settings.beta2(), (double) step);
        MemorySegment from = gradient.segment();
        MemorySegment to = direction.segment();
        for (long i = 0; i < gradient.elements(); i++) {
            double divisor = firstCorrection * (Math.sqrt(squares.get(i) / secondCorrection) + settings.epsilon());
            to.setAtIndex(ValueLayout.JAVA_DOUBLE, i, from.getAtIndex(ValueLayout.JAVA_DOUBLE, i) / divisor);
        }
    }
}
