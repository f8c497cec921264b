package dev.spectraledge.trainer.training;

import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.io.Printable;
import dev.spectraledge.trainer.step.BatchSource;

/**
 * Draws that another program made, for every run: INT32 {@code batch_idx [steps, draws]}, or {@code [steps, batches, batchSize]}
 * where gradients of several batches are added up; row t − 1 for step t.
 */
public final class RecordedBatches implements BatchSource {
    private final int[][] rows;

    /**
     * Reads them.
     *
     * @param draws of a step
     * @param examples of the training set
     * @throws RunException with one line if they are of another form, or name an example that is not there
     */
    public RecordedBatches(String file, Tensor indices, int draws, long examples) {
        boolean isWellFormed = indices.type() == DType.INT32 && (indices.rank() == 2 || indices.rank() == 3);
        if (!isWellFormed || indices.elements() != indices.size(0) * draws) {
            throw new RunException(file + ": batch_idx is " + Printable.value(indices) + "; it must be I32 [steps, "
                    + draws + "], or [steps, batches, examples] with as many in each step");
        }
        rows = new int[Math.toIntExact(indices.size(0))][draws];
        for (int row = 0; row < rows.length; row++) {
            Tensor ofStep = indices.run(row).reshape(draws);
            for (int i = 0; i < draws; i++) {
                rows[row][i] =
                        checked(ofStep.getInt(i), examples, file + ": batch_idx[" + row + ", " + i + "]", "training");
            }
        }
    }

    /**
     * Examples of a test set that models are judged by: INT32 {@code [count]}.
     *
     * @param name of the tensor
     * @throws RunException with one line if they are of another form, or one is not there
     */
    static long[] judged(String file, String name, Tensor indices, long examples) {
        if (indices.type() != DType.INT32 || indices.rank() != 1 || indices.elements() == 0) {
            throw new RunException(
                    file + ": " + name + " is " + Printable.value(indices) + "; it must be I32 [windows]");
        }
        long[] result = new long[Math.toIntExact(indices.size(0))];
        for (int i = 0; i < result.length; i++) {
            result[i] = checked(indices.getInt(i), examples, file + ": " + name + "[" + i + "]", "test");
        }
        return result;
    }

    private static int checked(int index, long examples, String where, String set) {
        if (index < 0 || index >= examples) {
            throw new RunException(where + " is " + index + "; the " + set + " set has " + examples + " examples");
        }
        return index;
    }

    @Override
    public long lastStep() {
        return rows.length;
    }

    @Override
    public void draw(long step, int run, long[] draws) {
        int[] row = rows[Math.toIntExact(step - 1)];
        for (int i = 0; i < draws.length; i++) {
            draws[i] = row[i];
        }
    }
}
