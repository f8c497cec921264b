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
 * capacity]}. Of each sequence a prefix is told apart: the rows that are labelled, or those that are no padding.
 */
public final class TokenRows {
    private final PackedSequences sequences;
    private final PackedSequences prefixes;
    private final Tensor tokens;
    private final Tensor positions;
    private final Tensor inputs;
    /** Null where nobody gathers prefixes. */
    private final Tensor prefixRows;

    private TokenRows(
            PackedSequences sequences,
            PackedSequences prefixes,
            Tensor tokens,
            Tensor positions,
            Tensor inputs,
            Tensor prefixRows) {
        this.sequences = sequences;
        this.prefixes = prefixes;
        this.tokens = tokens;
        this.positions = positions;
        this.inputs = inputs;
        this.prefixRows = prefixRows;
    }

    /** Room for sequences that are labelled row by row, or each by its first row. */
    static TokenRows labelled(
            Backend backend, MemoryOwner owner, int runs, int capacitySequences, int capacityRows, boolean eachToken) {
        PackedSequences sequences = new PackedSequences(owner, runs, capacitySequences, capacityRows);
        PackedSequences labelled =
                eachToken ? sequences : new PackedSequences(owner, runs, capacitySequences, capacitySequences);
        return allocate(backend, owner, sequences, labelled, null);
    }

    /** Room for sequences that end in padding, and for the numbers of their other rows. */
    static TokenRows padded(Backend backend, MemoryOwner owner, int runs, int capacitySequences, int capacityRows) {
        return allocate(
                backend,
                owner,
                new PackedSequences(owner, runs, capacitySequences, capacityRows),
                new PackedSequences(owner, runs, capacitySequences, capacityRows),
                backend.allocate(owner, DType.INT32, runs, capacityRows));
    }

    private static TokenRows allocate(
            Backend backend,
            MemoryOwner owner,
            PackedSequences sequences,
            PackedSequences prefixes,
            Tensor prefixRows) {
        int runs = sequences.runs();
        int rows = sequences.capacityRows();
        return new TokenRows(
                sequences,
                prefixes,
                backend.allocate(owner, DType.INT32, runs, rows),
                backend.allocate(owner, DType.INT32, runs, rows),
                backend.allocate(owner, DType.INT32, runs, rows),
                prefixRows);
    }

    /**
     * The same kind of rows in other memory.
     *
     * @param tables of the sequences and, where they are not the same, of the prefixes, as {@link #tables}
     * @param memory of tokens and the others, as {@link #tensors}
     */
    TokenRows in(List<PackedSequences> tables, List<Tensor> memory) {
        return new TokenRows(
                tables.getFirst(),
                tables.getLast(),
                memory.get(0),
                memory.get(1),
                memory.get(2),
                prefixRows == null ? null : memory.get(3));
    }

    /** Where sequences and prefixes begin. */
    List<PackedSequences> tables() {
        return prefixes == sequences ? List.of(sequences) : List.of(sequences, prefixes);
    }

    /** What is kept of each row. */
    List<Tensor> tensors() {
        return Stream.of(tokens, positions, inputs, prefixRows)
                .filter(tensor -> tensor != null)
                .toList();
    }

    void clear() {
        sequences.clear();
        prefixes.clear();
    }

    /** Appends a sequence to be filled by {@link #set} and returns its first row. */
    int append(int run, int length, int prefixLength) {
        int begin = sequences.append(run, length);
        if (prefixes != sequences) {
            int first = prefixes.append(run, prefixLength);
            for (int position = 0; prefixRows != null && position < prefixLength; position++) {
                set(prefixRows, run, first + position, begin + position);
            }
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

    /** Of each sequence the first rows: those that are labelled, or those that are no padding. */
    public PackedSequences prefixes() {
        return prefixes;
    }

    /** INT32 {@code [S, capacity]}: for each row of {@link #prefixes} the row of {@link #sequences} that it is. */
    public Tensor prefixRows() {
        return prefixRows;
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
