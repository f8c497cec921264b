package dev.spectraledge.analysis.experiment.flow;

import dev.spectraledge.analysis.experiment.CentralDifference;
import dev.spectraledge.analysis.experiment.StudiedModel;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.UpdateWindow;
import dev.spectraledge.analysis.experiment.VectorProducts;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.ParameterSubset;

/**
 * The three terms of the gap-flow equation at one window, per optimiser step (thesis §14.2):
 *
 * <pre>{@code
 * dg/dt = −η(h_k − h_{k+1}) d̄  −  η(h̄ + ω) g  +  ηW(G_k²/d_k − G_{k+1}²/d_{k+1})
 * }</pre>
 *
 * with d the singular values, h_j = v_j·Hv_j and G_j = v_j·∇L of the loss on training sequences, and bars for means of both
 * directions. The h_j are central differences of gradients in double ({@link
 * CentralDifference}).
 *
 * @param curvature the first term: asymmetry of curvature
 * @param damping the second
 * @param driving the third: asymmetry of the gradient
 */
record GapFlowTerms(double curvature, double damping, double driving) {
    /** Step of the central differences, as a part of ‖θ_A‖. */
    private static final double DISPLACEMENT = 1e-4;

    /**
     * Measures at the window's end.
     *
     * @param model on training sequences
     * @param position k*, counted from 1
     */
    static GapFlowTerms of(StudiedRun run, StudiedModel model, UpdateWindow window, int position) {
        model.load(window.step());
        model.differentiate();
        Tensor upper = window.direction(position - 1);
        Tensor lower = window.direction(position);
        double upperGradient = slope(model, upper);
        double lowerGradient = slope(model, lower);
        double displacement = DISPLACEMENT * VectorProducts.norm(model.backend(), model.attention());
        double upperCurvature = curvatureByCentralDifference(model, upper, displacement);
        double lowerCurvature = curvatureByCentralDifference(model, lower, displacement);
        double upperValue = window.singularValue(position - 1);
        double lowerValue = window.singularValue(position);
        double rate = run.learningRate();
        return new GapFlowTerms(
                -rate * (upperCurvature - lowerCurvature) * (upperValue + lowerValue) / 2,
                -rate * ((upperCurvature + lowerCurvature) / 2 + run.attentionDecay()) * (upperValue - lowerValue),
                rate
                        * window.size()
                        * (upperGradient * upperGradient / upperValue - lowerGradient * lowerGradient / lowerValue));
    }

    private static double curvatureByCentralDifference(StudiedModel model, Tensor direction, double displacement) {
        double curvature = new CentralDifference(amount -> {
                    model.restore();
                    model.move(amount, direction);
                    model.differentiate();
                    return slope(model, direction);
                })
                .at(displacement);
        model.restore();
        return curvature;
    }

    private static double slope(StudiedModel model, Tensor direction) {
        return VectorProducts.dot(model.backend(), model.gradient().subset(ParameterSubset.ATTENTION), direction);
    }

    double sum() {
        return curvature + damping + driving;
    }

    /** The share of one term in the sum of their magnitudes. */
    double shareOf(double term) {
        double whole = Math.abs(curvature) + Math.abs(damping) + Math.abs(driving);
        return whole == 0 ? Double.NaN : Math.abs(term) / whole;
    }
}
