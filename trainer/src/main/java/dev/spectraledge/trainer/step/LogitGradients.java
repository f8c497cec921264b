package dev.spectraledge.trainer.step;

import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.data.PackedBatch;
import java.util.stream.IntStream;

/**
 * What the derivatives of a batch's loss by its logits are like. Those of one row add up to zero over the classes, p_c for
 * each class and −1 for the target, unless the target's part is lost to rounding.
 */
public final class LogitGradients {
    private double sums;
    private double sizes;
    private long targets;
    private long zeros;

    /**
     * Adds the labelled rows of a batch of one run.
     *
     * @param gradient {@code [1, capacity, objectives·classes]}
     */
    void add(PackedBatch batch, Tensor gradient) {
        int objectives = Math.toIntExact(batch.targets().size(0));
        int classes = Math.toIntExact(gradient.size(2)) / objectives;
        int rows = batch.labelled().rows(0);
        for (int objective = 0; objective < objectives; objective++) {
            int own = objective;
            int[] ofRows = IntStream.range(0, rows)
                    .map(row -> (int) batch.targets().get(own, 0, row))
                    .toArray();
            add(rows, ofRows, classes, (row, column) -> gradient.get(0, row, own * classes + column));
        }
    }

    /** Derivatives by row and class. */
    @FunctionalInterface
    interface Derivatives {
        double of(int row, int column);
    }

    void add(int rows, int[] targetOfRow, int classes, Derivatives derivatives) {
        for (int row = 0; row < rows; row++) {
            if (targetOfRow[row] >= 0) {
                add(row, targetOfRow[row], classes, derivatives);
            }
        }
    }

    private void add(int row, int target, int classes, Derivatives derivatives) {
        double sum = 0;
        for (int column = 0; column < classes; column++) {
            double derivative = derivatives.of(row, column);
            sum += derivative;
            sizes += Math.abs(derivative);
        }
        sums += Math.abs(sum);
        targets++;
        zeros += derivatives.of(row, target) == 0 ? 1 : 0;
    }

    /**
     * The absolute value of the sum over the classes, as a share of the sum of their absolute values, all rows together: 0 where
     * parts cancel as they should, 1 where nothing of the target's part is left.
     */
    public double classSum() {
        return sizes == 0 ? Double.NaN : sums / sizes;
    }

    /** The share of rows in which the target's derivative is exactly 0. */
    public double zeroTargets() {
        return targets == 0 ? Double.NaN : (double) zeros / targets;
    }
}
