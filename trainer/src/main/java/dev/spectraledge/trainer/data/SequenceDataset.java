package dev.spectraledge.trainer.data;

import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.RunException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Token sequences with one target per position: INT32 {@code [sequences, contextLength]}. Targets below zero are ignored
 * by the loss; a sequence ends after its last target that is not, and what follows is padding.
 */
public final class SequenceDataset {
    private final int[][] tokens;
    private final int[][] targets;
    private final int contextLength;
    private final int[] representative;

    /** Copies both tensors; they must be INT32 of one shape {@code [sequences, contextLength]}. */
    public SequenceDataset(String name, Tensor tokens, Tensor targets, int vocabulary, int classes) {
        if (tokens.type() != DType.INT32
                || targets.type() != DType.INT32
                || tokens.rank() != 2
                || !Arrays.equals(tokens.shape(), targets.shape())) {
            throw new RunException("data set '" + name + "': tokens are " + tokens + " and targets " + targets
                    + "; both must be INT32 of one shape [sequences, positions]");
        }
        int sequences = Math.toIntExact(tokens.size(0));
        if (sequences == 0) {
            throw new RunException("data set '" + name + "' is empty");
        }
        contextLength = Math.toIntExact(tokens.size(1));
        this.tokens = new int[sequences][];
        this.targets = new int[sequences][];
        for (int sequence = 0; sequence < sequences; sequence++) {
            int length = length(targets.run(sequence));
            this.tokens[sequence] = row(tokens.run(sequence), length, name, sequence, "token", 0, vocabulary);
            this.targets[sequence] =
                    row(targets.run(sequence), length, name, sequence, "target", Integer.MIN_VALUE, classes);
        }
        representative = representatives();
    }

    private static int length(Tensor targets) {
        int length = Math.toIntExact(targets.size(0));
        while (length > 0 && targets.getInt(length - 1) < 0) {
            length--;
        }
        return length;
    }

    private static int[] row(
            Tensor source, int length, String name, int sequence, String kind, int minimum, int bound) {
        int[] values = new int[length];
        for (int position = 0; position < length; position++) {
            int value = source.getInt(position);
            if (value < minimum || value >= bound) {
                throw new RunException("data set '" + name + "': " + kind + " " + value + " of sequence " + sequence
                        + " at position " + position + " is outside of 0…" + (bound - 1));
            }
            values[position] = value;
        }
        return values;
    }

    private int[] representatives() {
        Map<String, Integer> first = new HashMap<>();
        int[] result = new int[tokens.length];
        for (int sequence = 0; sequence < tokens.length; sequence++) {
            String content = Arrays.toString(tokens[sequence]) + Arrays.toString(targets[sequence]);
            Integer known = first.putIfAbsent(content, sequence);
            result[sequence] = known == null ? sequence : known;
        }
        return result;
    }

    /** Number of sequences. */
    public int size() {
        return tokens.length;
    }

    /** Positions of the padded form. */
    public int contextLength() {
        return contextLength;
    }

    /** Positions of a sequence without padding. */
    public int length(int sequence) {
        return tokens[sequence].length;
    }

    public int token(int sequence, int position) {
        return tokens[sequence][position];
    }

    public int target(int sequence, int position) {
        return targets[sequence][position];
    }

    /** The first sequence with the same content as this one. */
    public int representative(int sequence) {
        return representative[sequence];
    }

    /** How many sequences are different from each other. */
    public int distinct() {
        int count = 0;
        for (int sequence = 0; sequence < representative.length; sequence++) {
            if (representative[sequence] == sequence) {
                count++;
            }
        }
        return count;
    }

    /** Targets of a sequence that count in the loss. */
    public int countedTargets(int sequence) {
        int counted = 0;
        for (int target : targets[sequence]) {
            if (target >= 0) {
                counted++;
            }
        }
        return counted;
    }
}
