package dev.spectraledge.kernels.cuda;

import dev.spectraledge.kernels.LossGradient;
import dev.spectraledge.kernels.PackedSequences;
import dev.spectraledge.kernels.Rows;
import dev.spectraledge.kernels.Tensor;

/** Weighted cross-entropy of a softmax, and its derivative; and how many sequences have no mistake. */
final class CrossEntropy {
    private static final int THREADS = 256;
    private static final int WARPS = THREADS / Launcher.WARP;
    private static final int MOST_BLOCKS = 256;
    private static final int STATISTICS = 3;

    private final CudaMemory memory;
    private final Launcher launcher;
    private final TypedKernel kernel;
    private final TypedKernel ofSequences;

    CrossEntropy(CudaDevice device, Launcher launcher) {
        memory = device.memory();
        this.launcher = launcher;
        kernel = new TypedKernel(device, "cross_entropy", "crossEntropy");
        ofSequences = new TypedKernel(device, "cross_entropy", "sequenceAccuracy");
    }

    void crossEntropy(
            Rows rows,
            Tensor logits,
            Tensor targets,
            Tensor weights,
            Tensor logitsGradient,
            LossGradient lossGradient,
            Tensor statistics) {
        int most = RowCounts.most(rows);
        if (most == 0) {
            return;
        }
        long blocks = Math.min(MOST_BLOCKS, Launcher.blocks(most, WARPS));
        launcher.begin(kernel, logits.type())
                .rows(rows)
                .integer(Math.toIntExact(logits.size(2)))
                .view(logits)
                .view(targets)
                .view(weights)
                .view(logitsGradient)
                .integer(code(lossGradient))
                .view(statistics)
                .number(memory.scratch(rows.runs() * blocks * STATISTICS * Double.BYTES)
                        .address())
                .number(memory.tickets(rows.runs()).address())
                .number(memory.faults().address())
                .run(blocks, rows.runs(), 1, THREADS);
    }

    /** As {@code cross_entropy.cu} counts them. */
    private static int code(LossGradient lossGradient) {
        return switch (lossGradient) {
            case ACCURATE -> 0;
            case ROUNDED -> 1;
            case ROUNDED_DOUBLE -> 2;
        };
    }

    void sequenceAccuracy(PackedSequences sequences, Tensor logits, Tensor targets, Tensor weights, Tensor statistics) {
        launcher.begin(ofSequences, logits.type())
                .sequences(sequences)
                .integer(Math.toIntExact(logits.size(2)))
                .view(logits)
                .view(targets)
                .view(weights)
                .view(statistics)
                .run(1, sequences.runs(), 1, THREADS);
    }
}
