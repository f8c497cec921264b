package dev.spectraledge.trainer.data;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.PackedSequences;
import dev.spectraledge.kernels.Tensor;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.stream.Stream;

/**
 * Sequences of tokens laid end to end, for each run: tokens, positions and the numbers of these pairs, INT32 {@code [S,
 * capacity]}. Of each sequence it is told apart which rows are labelled, and which are seen: those that are no padding, or
 * those before its own that it has in common with others as well.
 */
public final class TokenRows {
    private final PackedSequences sequences;
    private final PackedSequences labelled;
    private final PackedSequences keys;
    private final Tensor tokens;
    private final Tensor positions;
    private final Tensor inputs;
    /** Null where each sequence sees its own rows. */
    private final Tensor keyRows;

    private TokenRows(
            PackedSequences sequences,
            PackedSequences labelled,
            PackedSequences keys,
            Tensor tokens,
            Tensor positions,
            Tensor inputs,
            Tensor keyRows) {
        this.sequences = sequences;
        this.labelled = labelled;
        this.keys = keys;
        this.tokens = tokens;
        this.positions = positions;
        this.inputs = inputs;
        this.keyRows = keyRows;
    }

    /** Room for sequences that are labelled row by row, or each by its first row. */
    static TokenRows labelled(
            Backend backend, MemoryOwner owner, int runs, int capacitySequences, int capacityRows, boolean eachToken) {
        PackedSequences sequences = new PackedSequences(owner, runs, capacitySequences, capacityRows);
        PackedSequences labelled =
                eachToken ? sequences : new PackedSequences(owner, runs, capacitySequences, capacitySequences);
        return allocate(backend, owner, sequences, labelled, sequences, null);
    }

    /** Room for sequences that see other rows than all of their own, and for the numbers of those. */
    static TokenRows withKeys(
            Backend backend, MemoryOwner owner, int runs, int capacitySequences, int capacityRows, int capacityKeys) {
        PackedSequences sequences = new PackedSequences(owner, runs, capacitySequences, capacityRows);
        return allocate(
                backend,
                owner,
                sequences,
                sequences,
                new PackedSequences(owner, runs, capacitySequences, capacityKeys),
                backend.allocate(owner, DType.INT32, runs, capacityKeys));
    }

    private static TokenRows allocate(
            Backend backend,
            MemoryOwner owner,
            PackedSequences sequences,
            PackedSequences labelled,
            PackedSequences keys,
            Tensor keyRows) {
        int runs = sequences.runs();
        int rows = sequences.capacityRows();
        return new TokenRows(
                sequences,
                labelled,
                keys,
                backend.allocate(owner, DType.INT32, runs, rows),
                backend.allocate(owner, DType.INT32, runs, rows),
                backend.allocate(owner, DType.INT32, runs, rows),
                keyRows);
    }

    /** Room for one text of one run, on the host, of which nothing is labelled. */
    public static TokenRows ofText(Backend backend, MemoryOwner owner, int capacityRows) {
        return labelled(backend, owner, 1, 1, capacityRows, true);
    }

    /** Takes a part of a text, which begins at some position, in place of what is here. */
    public void setText(int[] text, int firstPosition, int vocabulary) {
        clear();
        int begin = append(0, text.length);
        for (int index = 0; index < text.length; index++) {
            set(0, begin + index, vocabulary, text[index], firstPosition + index);
        }
    }

    /**
     * The same kind of rows in other memory.
     *
     * @param tables in place of {@link #tables}
     * @param memory of tokens and the others, as {@link #tensors}
     */
    TokenRows in(List<PackedSequences> tables, List<Tensor> memory) {
        List<PackedSequences> own = tables();
        return new TokenRows(
                tables.get(own.indexOf(sequences)),
                tables.get(own.indexOf(labelled)),
                tables.get(own.indexOf(keys)),
                memory.get(0),
                memory.get(1),
                memory.get(2),
                keyRows == null ? null : memory.get(3));
    }

    /** Where sequences begin, their labelled rows and those that they see, as far as these are not the same. */
    List<PackedSequences> tables() {
        return Stream.of(sequences, labelled, keys).distinct().toList();
    }

    /** What is kept of each row. */
    List<Tensor> tensors() {
        return Stream.of(tokens, positions, inputs, keyRows)
                .filter(tensor -> tensor != null)
                .toList();
    }

    void clear() {
        sequences.clear();
        if (labelled != sequences) {
            labelled.clear();
        }
        if (keys != sequences) {
            keys.clear();
        }
    }

    /** Appends a sequence to be filled by {@link #set}, labelled row by row or by its first row; returns that row. */
    int append(int run, int length) {
        if (keyRows != null) {
            return appendBranch(run, 0, length);
        }
        int begin = sequences.append(run, length);
        if (labelled != sequences) {
            labelled.append(run, 1);
        }
        return begin;
    }

    /** Appends a sequence to be filled by {@link #set}, of which the first rows are seen; returns its first row. */
    int appendPadded(int run, int length, int visible) {
        int begin = sequences.append(run, length);
        int firstKey = keys.append(run, visible);
        for (int position = 0; position < visible; position++) {
            set(keyRows, run, firstKey + position, begin + position);
        }
        return begin;
    }

    /**
     * Appends what a sequence does not have in common with the one that was appended last; it sees all of its tokens.
     *
     * @param shared how many of its first tokens are those of the last one
     * @return the row of the first of the others, to be filled by {@link #set}
     */
    int appendBranch(int run, int shared, int length) {
        int before = keys.begin(run, Math.max(keys.sequences(run) - 1, 0));
        int begin = sequences.append(run, length - shared);
        int firstKey = keys.append(run, length);
        for (int position = 0; position < length; position++) {
            int row = position < shared ? keyRows.run(run).getInt(before + position) : begin + position - shared;
            set(keyRows, run, firstKey + position, row);
        }
        return begin;
    }

    /** Appends a sequence to be filled by {@link #set} that sees its own rows, and {@code times} times more the first of them. */
    int appendRepeating(int run, int times, int length) {
        int begin = sequences.append(run, length);
        int firstKey = keys.append(run, times + length);
        for (int position = 0; position < times + length; position++) {
            set(keyRows, run, firstKey + position, begin + Math.max(0, position - times));
        }
        return begin;
    }

    void set(int run, int row, int vocabulary, int token, int position) {
        set(tokens, run, row, token);
        set(positions, run, row, position);
        set(inputs, run, row, position * vocabulary + token);
    }

    private static void set(Tensor numbers, int run, int row, int number) {
        numbers.run(run).segment().set(ValueLayout.JAVA_INT, (long) row * Integer.BYTES, number);
    }

    public PackedSequences sequences() {
        return sequences;
    }

    /** Of each sequence the rows that are labelled: all, or the first. */
    public PackedSequences labelled() {
        return labelled;
    }

    /** Of each sequence the rows that it sees. */
    public PackedSequences keys() {
        return keys;
    }

    /**
     * INT32 {@code [S, capacity]}: for each row of {@link #keys} the row of {@link #sequences} that it is; null where these
     * are the same.
     */
    public Tensor keyRows() {
        return keyRows;
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
}
