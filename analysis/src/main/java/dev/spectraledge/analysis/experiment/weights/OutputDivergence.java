package dev.spectraledge.analysis.experiment.weights;

import dev.spectraledge.analysis.experiment.StudiedModel;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.model.Places;

/**
 * How far the predicted distributions of a model have moved from those it had: Σ p_base (log p_base − log(p + 1e-10)) over
 * classes, the mean over all counted tokens (Lifecycle §4.3).
 */
public final class OutputDivergence {
    private static final double GUARD = 1e-10;

    private final StudiedModel model;
    private final Tensor logits;
    private final double[][] base;

    /** Remembers what the model computed last. */
    public OutputDivergence(StudiedModel model) {
        this.model = model;
        Places.Place place = model.places().get(Places.LOGITS);
        if (place.rows() != Places.Rows.TOKENS) {
            throw new IllegalArgumentException("the model has no logits of single tokens");
        }
        logits = place.values();
        int rows = model.batch().sequences().rows(0);
        base = new double[rows][];
        for (int row = 0; row < rows; row++) {
            if (counted(row)) {
                base[row] = probabilities(row);
            }
        }
    }

    private boolean counted(int row) {
        return model.batch().targets().run(0).run(0).getInt(row) >= 0;
    }

    private double[] probabilities(int row) {
        int classes = Math.toIntExact(logits.size(2));
        double[] values = new double[classes];
        double largest = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < classes; i++) {
            values[i] = logits.get(0, row, i);
            largest = Math.max(largest, values[i]);
        }
        double sum = 0;
        for (int i = 0; i < classes; i++) {
            values[i] = Math.exp(values[i] - largest);
            sum += values[i];
        }
        for (int i = 0; i < classes; i++) {
            values[i] /= sum;
        }
        return values;
    }

    /** KL(base‖now) of what the model computed last. */
    public double mean() {
        double total = 0;
        double tokens = 0;
        for (int row = 0; row < base.length; row++) {
            if (base[row] != null) {
                double[] now = probabilities(row);
                double weight = model.batch().weights().get(0, row);
                for (int i = 0; i < now.length; i++) {
                    double before = base[row][i];
                    total += before == 0 ? 0 : weight * before * (Math.log(before) - Math.log(now[i] + GUARD));
                }
                tokens += weight;
            }
        }
        return total / tokens;
    }
}
