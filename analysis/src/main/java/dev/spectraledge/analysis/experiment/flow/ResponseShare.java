package dev.spectraledge.analysis.experiment.flow;

import dev.spectraledge.analysis.experiment.HiddenStates;
import dev.spectraledge.analysis.experiment.RandomDirections;
import dev.spectraledge.analysis.experiment.StudiedModel;
import dev.spectraledge.analysis.experiment.functional.Perturbation;
import dev.spectraledge.analysis.statistic.Null;
import dev.spectraledge.kernels.Tensor;
import java.util.HashMap;
import java.util.Map;

/**
 * Whether the response of the last representation to a small step along a direction is about what the task asks for: the share
 * of its variance that lies between inputs of different targets. It has no scale and no penalty, unlike the published
 * functional R² (Lifecycle §6.8), and is read beside that of random directions. Ours.
 */
final class ResponseShare {
    private static final int RANDOM_DIRECTIONS = 39;
    private static final long RANDOM_SEED = 6000;
    private static final String LAYER = "normalised";

    private final StudiedModel model;
    private final Perturbation perturbation;

    /** At the weights that were loaded last. */
    ResponseShare(StudiedModel model) {
        this.model = model;
        perturbation = new Perturbation(model, LAYER);
    }

    /** Of a direction. */
    double of(Tensor direction) {
        HiddenStates change = perturbation.along(direction);
        return betweenGroups(change.values(), change.target());
    }

    /** Of random directions; between the smallest and the largest of 39 a further one would be in 95 of 100 cases. */
    Null ofRandom() {
        return Null.of(RandomDirections.along(
                model.backend(),
                RANDOM_SEED,
                RANDOM_DIRECTIONS,
                model.attention().size(1),
                this::of));
    }

    /** Σ_g n_g‖mean_g − mean‖² / Σ‖x − mean‖² over all rows with a group that is not negative. */
    static double betweenGroups(double[][] rows, int[] groups) {
        int width = rows[0].length;
        double[] mean = new double[width];
        Map<Integer, double[]> sums = new HashMap<>();
        Map<Integer, Integer> counts = new HashMap<>();
        int used = 0;
        for (int row = 0; row < rows.length; row++) {
            if (groups[row] >= 0) {
                used++;
                counts.merge(groups[row], 1, Integer::sum);
                double[] sum = sums.computeIfAbsent(groups[row], group -> new double[width]);
                for (int column = 0; column < width; column++) {
                    sum[column] += rows[row][column];
                    mean[column] += rows[row][column];
                }
            }
        }
        double whole = 0;
        double between = 0;
        for (int column = 0; column < width; column++) {
            mean[column] /= used;
            for (int row = 0; row < rows.length; row++) {
                if (groups[row] >= 0) {
                    whole += Math.pow(rows[row][column] - mean[column], 2);
                }
            }
            for (Map.Entry<Integer, double[]> sum : sums.entrySet()) {
                int count = counts.get(sum.getKey());
                between += count * Math.pow(sum.getValue()[column] / count - mean[column], 2);
            }
        }
        return between / whole;
    }
}
