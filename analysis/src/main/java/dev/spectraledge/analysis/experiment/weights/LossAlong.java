package dev.spectraledge.analysis.experiment.weights;

import dev.spectraledge.analysis.experiment.CentralDifference;
import dev.spectraledge.analysis.experiment.RandomDirections;
import dev.spectraledge.analysis.experiment.StudiedModel;
import dev.spectraledge.analysis.experiment.VectorProducts;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.ParameterSubset;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** The loss of a model whose θ_A is moved along unit vectors. */
public final class LossAlong {
    /** Of the published differences, as a part of ‖θ_A‖. */
    private static final double SCALE = 0.001;

    /**
     * Of differences of gradients: their error is of the order of its square, while the gradient's rounding, some 1e-14, is
     * divided by it.
     */
    private static final double GRADIENT_STEP = 1e-3;

    /** One and a half times that of a gradient in double precision, as a part of its norm. */
    private static final double GRADIENT_ROUNDING = 1e-14;

    private final StudiedModel model;
    private final Backend backend;
    private double base;
    private double amount;

    public LossAlong(StudiedModel model) {
        this.model = model;
        backend = model.backend();
    }

    /** Takes the weights of a snapshot. */
    public void load(long step) {
        model.load(step);
        base = model.evaluate().loss();
        amount = SCALE * VectorProducts.norm(backend, model.attention());
    }

    /** ε = 0.001‖θ_A‖. */
    public double amount() {
        return amount;
    }

    /** L(θ + εv) − L(θ). */
    public double change(double epsilon, Tensor direction) {
        model.restore();
        model.move(epsilon, direction);
        return model.evaluate().loss() - base;
    }

    /** [L(θ + εv) + L(θ − εv) − 2L(θ)]/ε², ε = 0.001‖θ_A‖. */
    public double secondDifference(Tensor direction) {
        return (change(amount, direction) + change(-amount, direction)) / (amount * amount);
    }

    /** Measures something along random unit vectors, drawn from {@code seed} on. */
    public List<Double> alongRandom(int directions, long seed, ToDoubleFunction<Tensor> measured) {
        return RandomDirections.along(
                backend, seed, directions, model.attention().size(1), measured::applyAsDouble);
    }

    /** v·Hv by a {@link CentralDifference} of v·∇L; how far off it may be says {@link #curvatureByCentralDifferenceBound}. */
    public double curvatureByCentralDifference(Tensor direction) {
        return along(direction).at(GRADIENT_STEP);
    }

    /** A bound on |{@link #curvatureByCentralDifference} − v·Hv|, of truncation and rounding. */
    public double curvatureByCentralDifferenceBound(Tensor direction) {
        double truncation = along(direction).truncationBound(GRADIENT_STEP);
        double norm = VectorProducts.norm(backend, model.gradient().subset(ParameterSubset.ATTENTION));
        return truncation + CentralDifference.roundingBound(GRADIENT_STEP, GRADIENT_ROUNDING * norm);
    }

    private CentralDifference along(Tensor direction) {
        return new CentralDifference(epsilon -> slope(epsilon, direction));
    }

    /** v·∇L at θ + εv. */
    public double slope(double epsilon, Tensor direction) {
        model.restore();
        model.move(epsilon, direction);
        model.differentiate();
        return VectorProducts.dot(backend, model.gradient().subset(ParameterSubset.ATTENTION), direction);
    }
}
