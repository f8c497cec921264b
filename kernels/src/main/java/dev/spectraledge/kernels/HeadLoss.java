package dev.spectraledge.kernels;

import java.util.Arrays;

/**
 * The head of a language model and its cross-entropy, chunk by chunk of the rows, so that there are never more logits than a
 * chunk has: with many classes those of all rows would be the largest tensor of a model. The gradient goes straight into that of
 * the weight, which may be the table of an embedding (tied), and of a chunk it lies where its logits were.
 *
 * <p>The views of all chunks are made once, so that a step allocates nothing.
 */
public final class HeadLoss {
    private final Backend backend;
    private final Tensor weight;
    private final Tensor weightGradient;
    private final Tensor logits;
    private final Chunk[] chunks;

    /** Some of the rows. */
    private record Chunk(RowRange rows, Tensor input, Tensor targets, Tensor weights, Tensor inputGradient) {}

    /**
     * @param owner of the logits of a chunk
     * @param input {@code [S, capacity, width]}
     * @param weight {@code [S, classes, width]}
     * @param targets as in {@link Backend#crossEntropy}
     * @param weights of the rows, as there
     * @param inputGradient like the input, overwritten; null if only {@link #evaluate} is called
     * @param weightGradient like the weight, added to; null likewise
     * @param chunkRows rows of a chunk: many enough for a product, few enough for the cache of a processor
     */
    public HeadLoss(
            Backend backend,
            MemoryOwner owner,
            Tensor input,
            Tensor weight,
            Tensor targets,
            Tensor weights,
            Tensor inputGradient,
            Tensor weightGradient,
            int chunkRows) {
        this(
                backend,
                input,
                weight,
                targets,
                weights,
                inputGradient,
                weightGradient,
                logits(backend, owner, input, weight, chunkRows));
    }

    private static Tensor logits(Backend backend, MemoryOwner owner, Tensor input, Tensor weight, int chunkRows) {
        if (chunkRows < 1) {
            throw new IllegalArgumentException("chunks of " + chunkRows + " rows, need at least one");
        }
        return backend.allocate(owner, input.type(), input.size(0), Math.min(chunkRows, input.size(1)), weight.size(1));
    }

    /**
     * With logits that may be those of others as well, which take turns.
     *
     * @param logits {@code [S, rows of a chunk, classes]}
     */
    public HeadLoss(
            Backend backend,
            Tensor input,
            Tensor weight,
            Tensor targets,
            Tensor weights,
            Tensor inputGradient,
            Tensor weightGradient,
            Tensor logits) {
        this.backend = backend;
        this.logits = logits;
        this.weight = weight;
        this.weightGradient = weightGradient;
        // A batch may have less room than the model.
        int capacity = Math.toIntExact(Math.min(input.size(1), targets.size(1)));
        int chunkRows = Math.toIntExact(logits.size(1));
        chunks = new Chunk[Math.ceilDiv(capacity, chunkRows)];
        Arrays.setAll(chunks, index -> {
            int begin = index * chunkRows;
            int end = Math.min(capacity, begin + chunkRows);
            return new Chunk(
                    new RowRange(begin, end),
                    input.slice(1, begin, end),
                    targets.slice(1, begin, end),
                    weights.slice(1, begin, end),
                    inputGradient == null ? null : inputGradient.slice(1, begin, end));
        });
    }

    /** Adds the statistics of {@link Backend#crossEntropy} to {@code statistics}. */
    public void evaluate(Rows rows, Tensor statistics) {
        for (Chunk chunk : chunks) {
            if (take(chunk, rows)) {
                backend.linear(chunk.rows(), chunk.input(), weight, null, null, logits);
                backend.crossEntropy(chunk.rows(), logits, chunk.targets(), chunk.weights(), null, statistics);
            }
        }
    }

    /** The same, with the gradients of input and weight. */
    public void differentiate(Rows rows, LossGradient lossGradient, Tensor statistics) {
        for (Chunk chunk : chunks) {
            if (take(chunk, rows)) {
                backend.linear(chunk.rows(), chunk.input(), weight, null, null, logits);
                backend.crossEntropy(
                        chunk.rows(), logits, chunk.targets(), chunk.weights(), logits, lossGradient, statistics);
                backend.linearBackward(
                        chunk.rows(), logits, chunk.input(), weight, chunk.inputGradient(), weightGradient, null);
            }
        }
    }

    /** Whether a chunk has any of the rows, which are looked at from now on. */
    private static boolean take(Chunk chunk, Rows rows) {
        chunk.rows().lookAt(rows);
        for (int run = 0; run < rows.runs(); run++) {
            if (chunk.rows().rows(run) > 0) {
                return true;
            }
        }
        return false;
    }
}
