package dev.spectraledge.analysis.experiment.weights;

import dev.spectraledge.analysis.experiment.StudiedModel;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.model.Places;

/**
 * How far the predicted distributions of a model have moved from those it had: Σ p_base (log p_base − log(p + 1e-10)) over
 * classes, the mean over all counted tokens or sequences (Lifecycle §4.3); of several objectives the sum, as of their losses.
 */
public final class OutputDivergence {
    private static final double GUARD = 1e-10;

    private final StudiedModel model;
    private final Tensor logits;
    private final int objectives;
    private final int classes;
    /** By objective and row; null where nothing is counted. */
    private final double[][][] base;

    /** Remembers what the model computed last. */
    public OutputDivergence(StudiedModel model) {
        this.model = model;
        Places.Place place = model.places().get(Places.LOGITS);
        if (place.rows() == Places.Rows.SOURCES) {
            throw new IllegalArgumentException("the model has no logits of what is labelled");
        }
        logits = place.values();
        objectives = model.batch().form().objectives();
        classes = Math.toIntExact(logits.size(2)) / objectives;
        int rows = model.batch().labelled().rows(0);
        base = new double[objectives][rows][];
        for (int objective = 0; objective < objectives; objective++) {
            for (int row = 0; row < rows; row++) {
                if (counted(objective, row)) {
                    base[objective][row] = probabilities(objective, row);
                }
            }
        }
    }

    private boolean counted(int objective, int row) {
        return model.batch().targets().run(objective).run(0).getInt(row) >= 0;
    }

    private double[] probabilities(int objective, int row) {
        double[] values = new double[classes];
        double largest = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < classes; i++) {
            values[i] = logits.get(0, row, (long) objective * classes + i);
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
        for (int objective = 0; objective < objectives; objective++) {
            total += mean(objective);
        }
        return total;
    }

    private double mean(int objective) {
        double total = 0;
        double counted = 0;
        for (int row = 0; row < base[objective].length; row++) {
            double[] before = base[objective][row];
            if (before != null) {
                double[] now = probabilities(objective, row);
                double weight = model.batch().weights().get(0, row);
                for (int i = 0; i < classes; i++) {
                    total += before[i] == 0 ? 0 : weight * before[i] * (Math.log(before[i]) - Math.log(now[i] + GUARD));
                }
                counted += weight;
            }
        }
        return total / counted;
    }
}
