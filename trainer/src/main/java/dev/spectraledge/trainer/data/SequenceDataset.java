package dev.spectraledge.trainer.data;

import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.RunException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** Token sequences with their targets, one for each token or some for each sequence. */
public final class SequenceDataset {
    private final Labels labels;
    private final int vocabulary;
    private final int[][] tokens;
    private final int[][] targets;
    private final int contextLength;
    private final int[] representative;

    private SequenceDataset(Labels labels, int vocabulary, int[][] tokens, int[][] targets, int contextLength) {
        this.labels = labels;
        this.vocabulary = vocabulary;
        this.tokens = tokens;
        this.targets = targets;
        this.contextLength = contextLength;
        representative = representatives();
    }

    /**
     * Sequences with one target per position. Targets below zero are ignored by the loss; a sequence ends after its last
     * target that is not, and what follows is padding. Copies both tensors.
     *
     * @param tokens INT32 {@code [sequences, contextLength]}
     * @param targets of the same type and shape
     */
    public static SequenceDataset ofLabelledTokens(
            String name, Tensor tokens, Tensor targets, int vocabulary, int classes) {
        if (!isIntegerMatrix(tokens) || !isIntegerMatrix(targets) || !Arrays.equals(tokens.shape(), targets.shape())) {
            throw new RunException("data set '" + name + "': tokens are " + tokens + " and targets " + targets
                    + "; both must be INT32 of one shape [sequences, positions]");
        }
        int sequences = sequences(name, tokens);
        int[][] ownTokens = new int[sequences][];
        int[][] ownTargets = new int[sequences][];
        for (int sequence = 0; sequence < sequences; sequence++) {
            int length = length(targets.run(sequence));
            ownTokens[sequence] = row(tokens.run(sequence), length, name, sequence, "token", 0, vocabulary);
            ownTargets[sequence] =
                    row(targets.run(sequence), length, name, sequence, "target", Integer.MIN_VALUE, classes);
        }
        return new SequenceDataset(
                Labels.ofTokens(), vocabulary, ownTokens, ownTargets, Math.toIntExact(tokens.size(1)));
    }

    /**
     * Sequences of one length with one target per objective. Copies both tensors.
     *
     * @param tokens INT32 {@code [sequences, contextLength]}
     * @param targets INT32 {@code [sequences, objectives]}
     */
    public static SequenceDataset ofLabelledSequences(
            String name, Tensor tokens, Tensor targets, int vocabulary, int classes) {
        if (!isIntegerMatrix(tokens) || !isIntegerMatrix(targets) || tokens.size(0) != targets.size(0)) {
            throw new RunException("data set '" + name + "': tokens are " + tokens + " and targets " + targets
                    + "; they must be INT32 [sequences, positions] and INT32 [sequences, objectives]");
        }
        int sequences = sequences(name, tokens);
        int contextLength = Math.toIntExact(tokens.size(1));
        int objectives = Math.toIntExact(targets.size(1));
        int[][] ownTokens = new int[sequences][];
        int[][] ownTargets = new int[sequences][];
        for (int sequence = 0; sequence < sequences; sequence++) {
            ownTokens[sequence] = row(tokens.run(sequence), contextLength, name, sequence, "token", 0, vocabulary);
            ownTargets[sequence] = row(targets.run(sequence), objectives, name, sequence, "target", 0, classes);
        }
        return new SequenceDataset(Labels.ofSequences(objectives), vocabulary, ownTokens, ownTargets, contextLength);
    }

    private static boolean isIntegerMatrix(Tensor tensor) {
        return tensor.type() == DType.INT32 && tensor.rank() == 2;
    }

    private static int sequences(String name, Tensor tokens) {
        if (tokens.size(0) == 0) {
            throw new RunException("data set '" + name + "' is empty");
        }
        return Math.toIntExact(tokens.size(0));
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

    /** What the targets label. */
    public Labels labels() {
        return labels;
    }

    /** Number of token ids. */
    public int vocabulary() {
        return vocabulary;
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

    /**
     * A target.
     *
     * @param index a position where tokens are labelled, an objective where sequences are
     */
    public int target(int sequence, int index) {
        return targets[sequence][index];
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

    /** What a sequence counts for in the loss of each objective: its labelled tokens, or one. */
    public int countedTargets(int sequence) {
        if (!labels.eachToken()) {
            return 1;
        }
        int counted = 0;
        for (int target : targets[sequence]) {
            if (target >= 0) {
                counted++;
            }
        }
        return counted;
    }
}
