package dev.spectraledge.trainer.training;

import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.io.Printable;
import dev.spectraledge.trainer.step.BatchSource;

/** Draws that another program made: INT32 {@code batch_idx [steps, batchSize]}, row t − 1 for step t, for every run. */
public final class RecordedBatches implements BatchSource {
    private final int[][] rows;

    public RecordedBatches(String file, Tensor indices, int batchSize, long sequences) {
        if (indices.type() != DType.INT32 || indices.rank() != 2 || indices.size(1) != batchSize) {
            throw new RunException(file + ": batch_idx is " + Printable.value(indices) + "; it must be I32 [steps, "
                    + batchSize + "]");
        }
        rows = new int[Math.toIntExact(indices.size(0))][batchSize];
        for (int row = 0; row < rows.length; row++) {
            for (int i = 0; i < batchSize; i++) {
                int index = indices.run(row).getInt(i);
                if (index < 0 || index >= sequences) {
                    throw new RunException(file + ": batch_idx[" + row + ", " + i + "] is " + index
                            + "; the training set has " + sequences + " sequences");
                }
                rows[row][i] = index;
            }
        }
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
