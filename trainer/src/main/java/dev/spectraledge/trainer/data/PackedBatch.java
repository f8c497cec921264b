package dev.spectraledge.trainer.data;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.PackedSequences;
import dev.spectraledge.kernels.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Sequences of one shard of a batch laid end to end, for each run: tokens, positions and the numbers of these pairs INT32
 * {@code [S, capacity]}; targets INT32 {@code [objectives, S, capacity]} and their weights in the loss {@code [S, capacity]}, by rows of tokens
 * or by sequences, as the data set is labelled.
 */
public final class PackedBatch {
    private final Labels labels;
    private final PackedSequences sequences;
    private final PackedSequences labelled;
    private final Tensor tokens;
    private final Tensor positions;
    private final Tensor inputs;
    private final Tensor targets;
    private final Tensor weights;

    public PackedBatch(
            Backend backend,
            MemoryOwner owner,
            DType precision,
            Labels labels,
            int runs,
            int capacitySequences,
            int capacityRows) {
        this.labels = labels;
        int capacityTargets = labels.capacity(capacitySequences, capacityRows);
        sequences = new PackedSequences(owner, runs, capacitySequences, capacityRows);
        labelled = labelled(owner, labels, sequences);
        tokens = backend.allocate(owner, DType.INT32, runs, capacityRows);
        positions = backend.allocate(owner, DType.INT32, runs, capacityRows);
        inputs = backend.allocate(owner, DType.INT32, runs, capacityRows);
        targets = backend.allocate(owner, DType.INT32, labels.objectives(), runs, capacityTargets);
        weights = backend.allocate(owner, precision, runs, capacityTargets);
    }

    private PackedBatch(
            Labels labels,
            PackedSequences sequences,
            PackedSequences labelled,
            Tensor tokens,
            Tensor positions,
            Tensor inputs,
            Tensor targets,
            Tensor weights) {
        this.labels = labels;
        this.sequences = sequences;
        this.labelled = labelled;
        this.tokens = tokens;
        this.positions = positions;
        this.inputs = inputs;
        this.targets = targets;
        this.weights = weights;
    }

    private static PackedSequences labelled(MemoryOwner owner, Labels labels, PackedSequences sequences) {
        int capacity = sequences.capacitySequences();
        return labels.eachToken() ? sequences : new PackedSequences(owner, sequences.runs(), capacity, capacity);
    }

    /**
     * A batch in given memory, whose sequences are those that {@code sequences} holds now.
     *
     * @param tokens and the others: as this class describes them
     */
    public static PackedBatch in(
            MemoryOwner owner,
            Labels labels,
            PackedSequences sequences,
            Tensor tokens,
            Tensor positions,
            Tensor inputs,
            Tensor targets,
            Tensor weights) {
        PackedSequences labelled = labelled(owner, labels, sequences);
        if (!labels.eachToken()) {
            for (int run = 0; run < sequences.runs(); run++) {
                for (int index = 0; index < sequences.sequences(run); index++) {
                    labelled.append(run, 1);
                }
            }
        }
        return new PackedBatch(labels, sequences, labelled, tokens, positions, inputs, targets, weights);
    }

    /** A batch of the same sequences whose rows are in host memory, where they can be written. */
    public PackedBatch onHost(MemoryOwner owner) {
        return new PackedBatch(
                labels,
                sequences,
                labelled,
                Tensor.allocate(owner, tokens.type(), tokens.shape()),
                Tensor.allocate(owner, positions.type(), positions.shape()),
                Tensor.allocate(owner, inputs.type(), inputs.shape()),
                Tensor.allocate(owner, targets.type(), targets.shape()),
                Tensor.allocate(owner, weights.type(), weights.shape()));
    }

    /** Copies the rows to a batch of the same sequences. */
    public void copyRows(Backend backend, PackedBatch target) {
        backend.copy(tokens, target.tokens);
        backend.copy(positions, target.positions);
        backend.copy(inputs, target.inputs);
        backend.copy(targets, target.targets);
        backend.copy(weights, target.weights);
    }

    /** Forgets all sequences. */
    public void clear() {
        sequences.clear();
        labelled.clear();
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
        for (int position = 0; position < rows; position++) {
            int token = position < length ? data.token(sequence, position) : paddingToken;
            setToken(run, begin + position, data.vocabulary(), token, position);
            if (labels.eachToken()) {
                int target = position < length ? data.target(sequence, position) : -1;
                setTarget(0, run, begin + position, target);
                setWeight(run, begin + position, target < 0 ? 0 : weight);
            }
        }
        if (!labels.eachToken()) {
            int row = labelled.append(run, 1);
            for (int objective = 0; objective < labels.objectives(); objective++) {
                setTarget(objective, run, row, data.target(sequence, objective));
            }
            setWeight(run, row, weight);
        }
    }

    /**
     * Fills a run up to {@code rows} rows with sequences that count for nothing, so that batches of different draws have
     * the same number of rows.
     *
     * @param data of which such a sequence could be one
     */
    public void appendFiller(int run, SequenceDataset data, int rows, int paddingToken) {
        while (sequences.rows(run) < rows) {
            int length = Math.min(data.contextLength(), rows - sequences.rows(run));
            int begin = sequences.append(run, length);
            for (int position = 0; position < length; position++) {
                setToken(run, begin + position, data.vocabulary(), paddingToken, position);
                if (labels.eachToken()) {
                    setUncounted(run, begin + position);
                }
            }
            if (!labels.eachToken()) {
                setUncounted(run, labelled.append(run, 1));
            }
        }
    }

    private void setUncounted(int run, int row) {
        for (int objective = 0; objective < labels.objectives(); objective++) {
            setTarget(objective, run, row, -1);
        }
        setWeight(run, row, 0);
    }

    private void setToken(int run, int row, int vocabulary, int token, int position) {
        long offset = (long) row * Integer.BYTES;
        tokens.run(run).segment().set(ValueLayout.JAVA_INT, offset, token);
        positions.run(run).segment().set(ValueLayout.JAVA_INT, offset, position);
        inputs.run(run).segment().set(ValueLayout.JAVA_INT, offset, position * vocabulary + token);
    }

    private void setTarget(int objective, int run, int row, int target) {
        targets.run(objective).run(run).segment().set(ValueLayout.JAVA_INT, (long) row * Integer.BYTES, target);
    }

    private void setWeight(int run, int row, double weight) {
        MemorySegment runWeights = weights.run(run).segment();
        if (weights.type() == DType.FLOAT32) {
            runWeights.set(ValueLayout.JAVA_FLOAT, (long) row * Float.BYTES, (float) weight);
        } else {
            runWeights.set(ValueLayout.JAVA_DOUBLE, (long) row * Double.BYTES, weight);
        }
    }

    /** What the targets label. */
    public Labels labels() {
        return labels;
    }

    public PackedSequences sequences() {
        return sequences;
    }

    /** The rows of targets and weights: the {@link #sequences} themselves where tokens are labelled, else one row for each. */
    public PackedSequences labelled() {
        return labelled;
    }

    public Tensor tokens() {
        return tokens;
    }

    public Tensor positions() {
        return positions;
    }

    /** position·vocabulary + token of each row: rows with the same number enter a model as the same vector. */
    public Tensor inputs() {
        return inputs;
    }

    /** {@code [objectives, S, capacity]}. */
    public Tensor targets() {
        return targets;
    }

    public Tensor weights() {
        return weights;
    }
}
