package dev.spectraledge.trainer.data;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.PackedSequences;
import dev.spectraledge.kernels.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Sequences of one shard of a batch laid end to end, for each run: tokens, positions and targets INT32 {@code [S,
 * capacity]}, and the weight of each row in the loss.
 */
public final class PackedBatch {
    private final PackedSequences sequences;
    private final Tensor tokens;
    private final Tensor positions;
    private final Tensor targets;
    private final Tensor weights;

    public PackedBatch(
            Backend backend, MemoryOwner owner, DType precision, int runs, int capacitySequences, int capacityRows) {
        sequences = new PackedSequences(owner, runs, capacitySequences, capacityRows);
        tokens = backend.allocate(owner, DType.INT32, runs, capacityRows);
        positions = backend.allocate(owner, DType.INT32, runs, capacityRows);
        targets = backend.allocate(owner, DType.INT32, runs, capacityRows);
        weights = backend.allocate(owner, precision, runs, capacityRows);
    }

    /** A batch in given memory: tokens, positions and targets INT32 {@code [S, capacity]}, weights of the same shape. */
    public PackedBatch(PackedSequences sequences, Tensor tokens, Tensor positions, Tensor targets, Tensor weights) {
        this.sequences = sequences;
        this.tokens = tokens;
        this.positions = positions;
        this.targets = targets;
        this.weights = weights;
    }

    /** A batch of the same sequences whose rows are in host memory, where they can be written. */
    public PackedBatch onHost(MemoryOwner owner) {
        return new PackedBatch(
                sequences,
                Tensor.allocate(owner, tokens.type(), tokens.shape()),
                Tensor.allocate(owner, positions.type(), positions.shape()),
                Tensor.allocate(owner, targets.type(), targets.shape()),
                Tensor.allocate(owner, weights.type(), weights.shape()));
    }

    /** Copies the rows to a batch of the same sequences. */
    public void copyRows(Backend backend, PackedBatch target) {
        backend.copy(tokens, target.tokens);
        backend.copy(positions, target.positions);
        backend.copy(targets, target.targets);
        backend.copy(weights, target.weights);
    }

    /** Forgets all sequences. */
    public void clear() {
        sequences.clear();
    }

    /**
     * Appends a sequence of {@code data} to a run, padded to {@code paddedLength} positions if that is longer.
     *
     * @param weight of each counted target in the loss
     */
    public void append(int run, SequenceDataset data, int sequence, int paddedLength, int paddingToken, double weight) {
        int length = data.length(sequence);
        int rows = Math.max(length, paddedLength);
        int begin = sequences.append(run, rows);
        MemorySegment runTokens = tokens.run(run).segment();
        MemorySegment runPositions = positions.run(run).segment();
        MemorySegment runTargets = targets.run(run).segment();
        for (int position = 0; position < rows; position++) {
            long offset = (long) (begin + position) * Integer.BYTES;
            boolean real = position < length;
            int target = real ? data.target(sequence, position) : -1;
            runTokens.set(ValueLayout.JAVA_INT, offset, real ? data.token(sequence, position) : paddingToken);
            runPositions.set(ValueLayout.JAVA_INT, offset, position);
            runTargets.set(ValueLayout.JAVA_INT, offset, target);
            setWeight(run, begin + position, target < 0 ? 0 : weight);
        }
    }

    /**
     * Fills a run up to {@code rows} rows with sequences that count for nothing, so that batches of different draws have
     * the same number of rows.
     *
     * @param longest rows of such a sequence at most
     */
    public void appendFiller(int run, int rows, int longest, int paddingToken) {
        MemorySegment runTokens = tokens.run(run).segment();
        MemorySegment runPositions = positions.run(run).segment();
        MemorySegment runTargets = targets.run(run).segment();
        while (sequences.rows(run) < rows) {
            int length = Math.min(longest, rows - sequences.rows(run));
            int begin = sequences.append(run, length);
            for (int position = 0; position < length; position++) {
                long offset = (long) (begin + position) * Integer.BYTES;
                runTokens.set(ValueLayout.JAVA_INT, offset, paddingToken);
                runPositions.set(ValueLayout.JAVA_INT, offset, position);
                runTargets.set(ValueLayout.JAVA_INT, offset, -1);
                setWeight(run, begin + position, 0);
            }
        }
    }

    private void setWeight(int run, int row, double weight) {
        MemorySegment runWeights = weights.run(run).segment();
        if (weights.type() == DType.FLOAT32) {
            runWeights.set(ValueLayout.JAVA_FLOAT, (long) row * Float.BYTES, (float) weight);
        } else {
            runWeights.set(ValueLayout.JAVA_DOUBLE, (long) row * Double.BYTES, weight);
        }
    }

    public PackedSequences sequences() {
        return sequences;
    }

    public Tensor tokens() {
        return tokens;
    }

    public Tensor positions() {
        return positions;
    }

    public Tensor targets() {
        return targets;
    }

    public Tensor weights() {
        return weights;
    }
}
