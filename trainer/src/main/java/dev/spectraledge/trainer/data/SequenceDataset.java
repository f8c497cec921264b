package dev.spectraledge.trainer.data;

import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.io.Printable;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Token sequences with their targets, one for each token or some for each sequence; and of each the source that it answers,
 * where there is any.
 */
public final class SequenceDataset {
    private final ExampleForm form;
    private final int vocabulary;
    private final int[][] tokens;
    private final int[][] targets;
    private final int contextLength;
    /** Null where there are none. */
    private final Sources sources;

    private final int[] representative;

    /**
     * What the sequences answer.
     *
     * @param tokens of each source, padding included
     * @param lengths of the sources without padding
     */
    private record Sources(int vocabulary, int[][] tokens, int[] lengths) {}

    private SequenceDataset(
            ExampleForm form, int vocabulary, int[][] tokens, int[][] targets, int contextLength, Sources sources) {
        this.form = form;
        this.vocabulary = vocabulary;
        this.tokens = tokens;
        this.targets = targets;
        this.contextLength = contextLength;
        this.sources = sources;
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
        return ofLabelledTokens(name, ExampleForm.ofTokens(), tokens, targets, vocabulary, classes, null);
    }

    /**
     * Sequences with one target per position, each of them the answer to a source. Copies all tensors.
     *
     * @param sources INT32 {@code [sequences, positions]}
     * @param sourcePadding token with which sources end that are shorter than that
     * @param paddingSeen whether a model sees this padding as well
     * @param tokens as for {@link #ofLabelledTokens}
     */
    public static SequenceDataset ofAnswers(
            String name,
            Tensor sources,
            int sourceVocabulary,
            int sourcePadding,
            boolean paddingSeen,
            Tensor tokens,
            Tensor targets,
            int vocabulary,
            int classes) {
        if (!isIntegerMatrix(sources) || !isIntegerMatrix(tokens) || sources.size(0) != tokens.size(0)) {
            throw new RunException("data set '" + name + "': sources are " + Printable.value(sources) + " and tokens "
                    + Printable.value(tokens)
                    + "; both must be INT32 [sequences, positions]");
        }
        int count = sequences(name, sources);
        int positions = Math.toIntExact(sources.size(1));
        int[][] ownSources = new int[count][];
        int[] lengths = new int[count];
        for (int sequence = 0; sequence < count; sequence++) {
            Tensor source = sources.run(sequence);
            lengths[sequence] = positions;
            while (lengths[sequence] > 0 && source.getInt(lengths[sequence] - 1L) == sourcePadding) {
                lengths[sequence]--;
            }
            if (lengths[sequence] == 0) {
                throw new RunException("data set '" + name + "': source " + sequence + " is nothing but padding");
            }
            int seen = paddingSeen ? positions : lengths[sequence];
            ownSources[sequence] = row(source, seen, name, sequence, "source token", 0, sourceVocabulary);
        }
        return ofLabelledTokens(
                name,
                ExampleForm.ofAnswers(positions),
                tokens,
                targets,
                vocabulary,
                classes,
                new Sources(sourceVocabulary, ownSources, lengths));
    }

    private static SequenceDataset ofLabelledTokens(
            String name,
            ExampleForm form,
            Tensor tokens,
            Tensor targets,
            int vocabulary,
            int classes,
            Sources sources) {
        if (!isIntegerMatrix(tokens) || !isIntegerMatrix(targets) || !Arrays.equals(tokens.shape(), targets.shape())) {
            throw new RunException("data set '" + name + "': tokens are " + Printable.value(tokens) + " and targets "
                    + Printable.value(targets)
                    + "; both must be INT32 of one shape [sequences, positions]");
        }
        int sequences = sequences(name, tokens);
        int[][] ownTokens = new int[sequences][];
        int[][] ownTargets = new int[sequences][];
        boolean isAnyLabelled = false;
        for (int sequence = 0; sequence < sequences; sequence++) {
            int length = length(targets.run(sequence));
            ownTokens[sequence] = row(tokens.run(sequence), length, name, sequence, "token", 0, vocabulary);
            ownTargets[sequence] =
                    row(targets.run(sequence), length, name, sequence, "target", Integer.MIN_VALUE, classes);
            isAnyLabelled |= length > 0;
        }
        if (!isAnyLabelled) {
            throw new RunException("data set '" + name
                    + "': every target is masked (below zero), so there is nothing to" + " learn or to test");
        }
        return new SequenceDataset(form, vocabulary, ownTokens, ownTargets, Math.toIntExact(tokens.size(1)), sources);
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
            throw new RunException("data set '" + name + "': tokens are " + Printable.value(tokens) + " and targets "
                    + Printable.value(targets)
                    + "; they must be INT32 [sequences, positions] and INT32 [sequences, objectives]");
        }
        int sequences = sequences(name, tokens);
        int contextLength = Math.toIntExact(tokens.size(1));
        int objectives = Math.toIntExact(targets.size(1));
        if (objectives == 0) {
            throw new RunException(
                    "data set '" + name + "': its sequences have no targets, " + Printable.value(targets));
        }
        int[][] ownTokens = new int[sequences][];
        int[][] ownTargets = new int[sequences][];
        for (int sequence = 0; sequence < sequences; sequence++) {
            ownTokens[sequence] = row(tokens.run(sequence), contextLength, name, sequence, "token", 0, vocabulary);
            ownTargets[sequence] = row(targets.run(sequence), objectives, name, sequence, "target", 0, classes);
        }
        return new SequenceDataset(
                ExampleForm.ofSequences(objectives), vocabulary, ownTokens, ownTargets, contextLength, null);
    }

    private static boolean isIntegerMatrix(Tensor tensor) {
        return tensor.type() == DType.INT32 && tensor.rank() == 2;
    }

    private static int sequences(String name, Tensor tokens) {
        if (tokens.size(0) == 0) {
            throw new RunException("data set '" + name + "' is empty");
        }
        if (tokens.size(1) == 0) {
            throw new RunException(
                    "data set '" + name + "': its sequences have no positions, " + Printable.value(tokens));
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
            String content = Arrays.toString(tokens[sequence])
                    + Arrays.toString(targets[sequence])
                    + (sources == null ? "" : Arrays.toString(sources.tokens[sequence]));
            Integer known = first.putIfAbsent(content, sequence);
            result[sequence] = known == null ? sequence : known;
        }
        return result;
    }

    /** What the examples consist of. */
    public ExampleForm form() {
        return form;
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

    /** Number of token ids of the sources. */
    public int sourceVocabulary() {
        return sources.vocabulary;
    }

    /** Positions of a source that a model sees, padding among them or not; 0 where there are no sources. */
    public int sourceRows(int sequence) {
        return sources == null ? 0 : sources.tokens[sequence].length;
    }

    /** Positions of a source without padding. */
    public int sourceLength(int sequence) {
        return sources.lengths[sequence];
    }

    public int sourceToken(int sequence, int position) {
        return sources.tokens[sequence][position];
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
        if (!form.eachToken()) {
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
