package dev.spectraledge.analysis.experiment.causal;

import dev.spectraledge.analysis.experiment.StudiedModel;
import dev.spectraledge.analysis.experiment.UpdateWindow;
import dev.spectraledge.analysis.experiment.VectorProducts;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.ParameterSubset;

/** v_i·Hv_j of a loss along all directions of a window, by central differences of gradients in double. */
final class WindowCurvature {
    /** As {@link dev.spectraledge.analysis.experiment.weights.LossAlong} takes it for one direction. */
    private static final double STEP = 1e-3;

    private WindowCurvature() {}

    /** Symmetric; of the model's loaded weights. */
    static double[][] of(StudiedModel model, UpdateWindow window) {
        int size = window.size();
        double[][] products = new double[size][size];
        for (int j = 0; j < size; j++) {
            for (int sign = -1; sign <= 1; sign += 2) {
                model.restore();
                model.move(sign * STEP, window.direction(j));
                model.differentiate();
                Tensor gradient = model.gradient().subset(ParameterSubset.ATTENTION);
                for (int i = 0; i < size; i++) {
                    products[i][j] +=
                            sign * VectorProducts.dot(model.backend(), gradient, window.direction(i)) / (2 * STEP);
                }
            }
        }
        for (int i = 0; i < size; i++) {
            for (int j = 0; j < i; j++) {
                products[i][j] = (products[i][j] + products[j][i]) / 2;
                products[j][i] = products[i][j];
            }
        }
        model.restore();
        return products;
    }
}
