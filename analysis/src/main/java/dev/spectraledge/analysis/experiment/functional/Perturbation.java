package dev.spectraledge.analysis.experiment.functional;

import dev.spectraledge.analysis.experiment.HiddenStates;
import dev.spectraledge.analysis.experiment.Representations;
import dev.spectraledge.analysis.experiment.StudiedModel;
import dev.spectraledge.analysis.experiment.VectorProducts;
import dev.spectraledge.kernels.Tensor;

/**
 * What moving θ_A along a direction does to what the head reads: Δh = h(θ + εv) − h(θ) after the final norm, with ε =
 * 0.005‖θ_A‖, and f = ‖Δh‖² of each token (Lifecycle §4.16).
 */
public final class Perturbation {
    private static final double RELATIVE_STEP = 0.005;

    private final StudiedModel model;
    private final String layer;
    private final HiddenStates base;
    private final double step;

    /** At the weights that were loaded last. */
    public Perturbation(StudiedModel model, String layer) {
        this.model = model;
        this.layer = layer;
        model.restore();
        base = Representations.of(model, layer);
        step = RELATIVE_STEP * VectorProducts.norm(model.backend(), model.attention());
    }

    /** The states before. */
    HiddenStates base() {
        return base;
    }

    /** ε. */
    double step() {
        return step;
    }

    /** Δh of each row. */
    public HiddenStates along(Tensor direction) {
        return along(1, direction);
    }

    /** The same for the direction with a sign, 1 or −1. */
    HiddenStates along(double sign, Tensor direction) {
        model.move(sign * step, direction);
        double[][] change = Representations.of(model, layer).values();
        model.restore();
        for (int row = 0; row < change.length; row++) {
            for (int feature = 0; feature < change[row].length; feature++) {
                change[row][feature] -= base.values()[row][feature];
            }
        }
        return base.with("change of " + layer, change);
    }

    /** f of each row. */
    static double[] magnitudes(HiddenStates change) {
        double[] magnitudes = new double[change.rows()];
        for (int row = 0; row < magnitudes.length; row++) {
            for (double value : change.values()[row]) {
                magnitudes[row] += value * value;
            }
        }
        return magnitudes;
    }
}
