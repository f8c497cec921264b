package dev.spectraledge.trainer.data;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.PackedSequences;
import dev.spectraledge.kernels.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * One shard of a batch: the rows of its sequences, of the sources that they answer where there are any, targets INT32
 * {@code [objectives, S, capacity]} and their weights in the loss {@code [S, capacity]}, by rows of tokens or by sequences,
 * as the data set is labelled.
 */
public final class PackedBatch {
    private final ExampleForm form;
    private final TokenRows rows;
    private final TokenRows source;
    private final Tensor targets;
    private final Tensor weights;

    public PackedBatch(
            Backend backend,
            MemoryOwner owner,
            DType precision,
            ExampleForm form,
            int runs,
            int capacitySequences,
            int capacityRows) {
        this(
                backend,
                owner,
                precision,
                form,
                runs,
                new ShareCapacity(capacitySequences, capacityRows, 0, capacitySequences * form.sourceLength()));
    }

    /** With room for sequences that share prefixes, or for another number of rows of sources than all at their full length. */
    public PackedBatch(
            Backend backend, MemoryOwner owner, DType precision, ExampleForm form, int runs, ShareCapacity capacity) {
        this(
                form,
                capacity.keys() > 0
                        ? TokenRows.withKeys(
                                backend, owner, runs, capacity.sequences(), capacity.rows(), capacity.keys())
                        : TokenRows.labelled(
                                backend, owner, runs, capacity.sequences(), capacity.rows(), form.eachToken()),
                form.hasSource()
                        ? TokenRows.withKeys(
                                backend,
                                owner,
                                runs,
                                capacity.sequences(),
                                capacity.sourceRows(),
                                capacity.sourceRows())
                        : null,
                backend.allocate(
                        owner,
                        DType.INT32,
                        form.objectives(),
                        runs,
                        form.capacity(capacity.sequences(), capacity.rows())),
                backend.allocate(owner, precision, runs, form.capacity(capacity.sequences(), capacity.rows())));
    }

    /** One run's part of a data set in which common beginnings of sequences are there once. */
    public static PackedBatch of(
            Backend backend, MemoryOwner owner, DType precision, Examples data, PrefixTree.Part part) {
        int sequences = part.branches().size();
        PackedBatch batch = new PackedBatch(
                data.form(),
                TokenRows.withKeys(backend, owner, 1, sequences, part.rows(), part.keys()),
                null,
                backend.allocate(owner, DType.INT32, 1, 1, part.rows()),
                backend.allocate(owner, precision, 1, part.rows()));
        for (PrefixTree.Branch branch : part.branches()) {
            batch.appendBranch(0, data, branch.sequence(), branch.shared(), branch.counts(), 0, 1);
        }
        return batch;
    }

    private PackedBatch(ExampleForm form, TokenRows rows, TokenRows source, Tensor targets, Tensor weights) {
        this.form = form;
        this.rows = rows;
        this.source = source;
        this.targets = targets;
        this.weights = weights;
    }

    /**
     * A batch of the same form in other memory.
     *
     * @param tables in place of {@link #tables}
     * @param memory in place of {@link #tensors}
     */
    public PackedBatch in(List<PackedSequences> tables, List<Tensor> memory) {
        int ofRows = rows.tables().size();
        int last = memory.size();
        int sourceBegin = rows.tensors().size();
        return new PackedBatch(
                form,
                rows.in(tables.subList(0, ofRows), memory.subList(0, sourceBegin)),
                source == null
                        ? null
                        : source.in(tables.subList(ofRows, tables.size()), memory.subList(sourceBegin, last - 2)),
                memory.get(last - 2),
                memory.get(last - 1));
    }

    /** Where sequences begin, and what else is laid out like them. */
    public List<PackedSequences> tables() {
        List<PackedSequences> tables = new ArrayList<>(rows.tables());
        if (source != null) {
            tables.addAll(source.tables());
        }
        return tables;
    }

    /** All numbers of this batch: those of the rows, of the sources, targets and weights. */
    public List<Tensor> tensors() {
        List<Tensor> tensors = new ArrayList<>(rows.tensors());
        if (source != null) {
            tensors.addAll(source.tensors());
        }
        tensors.add(targets);
        tensors.add(weights);
        return tensors;
    }

    /** A batch of the same sequences whose rows are in host memory, where they can be written. */
    public PackedBatch onHost(MemoryOwner owner) {
        return in(
                tables(),
                tensors().stream()
                        .map(tensor -> Tensor.allocate(owner, tensor.type(), tensor.shape()))
                        .toList());
    }

    /** Copies the rows to a batch of the same sequences. */
    public void copyRows(Backend backend, PackedBatch target) {
        List<Tensor> from = tensors();
        List<Tensor> to = target.tensors();
        for (int i = 0; i < from.size(); i++) {
            backend.copy(from.get(i), to.get(i));
        }
    }

    /** Forgets all sequences. */
    public void clear() {
        rows.clear();
        if (source != null) {
            source.clear();
        }
    }

    /**
     * Appends a sequence of {@code data} to a run, padded to {@code paddedLength} positions if that is longer.
     *
     * @param weight of each counted target in the loss
     */
    public void append(int run, Examples data, long sequence, int paddedLength, int paddingToken, double weight) {
        int length = data.length(sequence);
        int padded = Math.max(length, paddedLength);
        int labelledRow = rows.labelled().rows(run);
        int begin = rows.append(run, padded);
        for (int position = 0; position < padded; position++) {
            int token = position < length ? data.token(sequence, position) : paddingToken;
            rows.set(run, begin + position, data.vocabulary(), token, position);
            if (form.eachToken()) {
                label(run, begin + position, position < length ? data.target(sequence, position) : -1, weight);
            }
        }
        if (!form.eachToken()) {
            for (int objective = 0; objective < form.objectives(); objective++) {
                setTarget(objective, run, labelledRow, data.target(sequence, objective));
            }
            setWeight(run, labelledRow, weight);
        }
        if (source != null) {
            appendSource(run, data.sources(), sequence);
        }
    }

    /**
     * Appends to a run what a sequence of {@code data} does not have in common with the one that was appended last.
     *
     * @param shared how many of its first tokens are those of the last one
     * @param counts how often its other tokens count, from element {@code first} on
     * @param counted what all sequences count for in the loss
     */
    void appendBranch(int run, Examples data, long sequence, int shared, int[] counts, int first, int counted) {
        int length = data.length(sequence);
        int begin = rows.appendBranch(run, shared, length);
        for (int index = 0; index < length - shared; index++) {
            int position = shared + index;
            rows.set(run, begin + index, data.vocabulary(), data.token(sequence, position), position);
            label(run, begin + index, data.target(sequence, position), (double) counts[first + index] / counted);
        }
    }

    private void label(int run, int row, int target, double weight) {
        setTarget(0, run, row, target);
        setWeight(run, row, target < 0 ? 0 : weight);
    }

    /** Replaces the tokens of a sequence, the first of which is in {@code row}; its targets stay. */
    public void setTokens(int run, int row, Examples data, int[] tokens) {
        for (int position = 0; position < tokens.length; position++) {
            rows.set(run, row + position, data.vocabulary(), tokens[position], position);
        }
    }

    private void appendSource(int run, Sources sources, long sequence) {
        int length = sources.rows(sequence);
        int begin = source.appendPadded(run, length, sources.length(sequence));
        for (int position = 0; position < length; position++) {
            source.set(run, begin + position, sources.vocabulary(), sources.token(sequence, position), position);
        }
    }

    /**
     * Fills a run up to {@code count} rows with sequences that count for nothing, so that batches of different draws have
     * the same number of rows, and see as many rows before those of their own.
     *
     * @param data of which such a sequence could be one
     * @param longest that such a sequence may be
     * @param count of rows
     * @param sharedCount of {@link #sharedKeys}, at most {@code longest − 1} more for each row that is missing
     */
    public void appendFiller(int run, Examples data, int longest, int count, int sharedCount, int paddingToken) {
        while (sequences().rows(run) < count) {
            int shared = Math.min(longest - 1, sharedCount - sharedKeys(run));
            appendUncounted(
                    run,
                    data,
                    shared,
                    Math.min(longest - shared, count - sequences().rows(run)),
                    paddingToken);
        }
    }

    /** Rows of a run that its sequences see before those of their own, each counted for every sequence. */
    public int sharedKeys(int run) {
        return rows.keys().rows(run) - rows.sequences().rows(run);
    }

    /**
     * The same for sequences that answer sources: one filler for each row of a source that is missing and no padding, and
     * among these fillers all other rows that are missing, which must be enough for one each.
     *
     * @param count of rows
     * @param sourceCount of rows of sources
     * @param visibleCount of those that are no padding
     */
    public void appendFillers(int run, Examples data, int count, int sourceCount, int visibleCount, int paddingToken) {
        int fillers = visibleCount - source.keys().rows(run);
        for (int left = fillers; left > 0; left--) {
            appendUncounted(run, data, 0, (count - sequences().rows(run)) / left, paddingToken);
            int length = (sourceCount - source.sequences().rows(run)) / left;
            int begin = source.appendPadded(run, length, 1);
            for (int position = 0; position < length; position++) {
                source.set(run, begin + position, data.sources().vocabulary(), 0, position);
            }
        }
    }

    private void appendUncounted(int run, Examples data, int shared, int length, int paddingToken) {
        int labelledRow = rows.labelled().rows(run);
        int begin = shared == 0 ? rows.append(run, length) : rows.appendRepeating(run, shared, length);
        for (int position = 0; position < length; position++) {
            rows.set(run, begin + position, data.vocabulary(), paddingToken, position);
            if (form.eachToken()) {
                setUncounted(run, begin + position);
            }
        }
        if (!form.eachToken()) {
            setUncounted(run, labelledRow);
        }
    }

    private void setUncounted(int run, int row) {
        for (int objective = 0; objective < form.objectives(); objective++) {
            setTarget(objective, run, row, -1);
        }
        setWeight(run, row, 0);
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

    /** What the examples consist of. */
    public ExampleForm form() {
        return form;
    }

    /** The tokens. */
    public TokenRows rows() {
        return rows;
    }

    /** Of each sequence the one that it answers, of which the rows that are no padding are seen; null where there is none. */
    public TokenRows source() {
        return source;
    }

    public PackedSequences sequences() {
        return rows.sequences();
    }

    /** The rows of targets and weights: the {@link #sequences} themselves where tokens are labelled, else one row for each. */
    public PackedSequences labelled() {
        return rows.labelled();
    }

    /** {@code [objectives, S, capacity]}. */
    public Tensor targets() {
        return targets;
    }

    public Tensor weights() {
        return weights;
    }
}
