package dev.spectraledge.trainer.data;

import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.io.Printable;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * Token sequences with their targets, one for each token or some for each sequence; and of each the source that it answers,
 * where there is any.
 */
public final class LabelledSequences implements Examples {
    private final ExampleForm form;
    private final int vocabulary;
    private final int contextLength;
    private final RaggedRows tokens;
    private final RaggedRows targets;
    /** Null where there are none. */
    private final Sources sources;
    /** INT32 {@code [size]}: of each sequence the first one with its content. */
    private final MemorySegment representatives;

    private LabelledSequences(
            MemoryOwner owner,
            ExampleForm form,
            int vocabulary,
            int contextLength,
            RaggedRows tokens,
            RaggedRows targets,
            Sources sources) {
        this.form = form;
        this.vocabulary = vocabulary;
        this.contextLength = contextLength;
        this.tokens = tokens;
        this.targets = targets;
        this.sources = sources;
        representatives = owner.allocate(tokens.rows() * Integer.BYTES);
        findRepresentatives();
    }

    /**
     * Sequences with one target per position. Targets below zero are ignored by the loss; a sequence ends after its last
     * target that is not, and what follows is padding. Copies both tensors.
     *
     * @param owner of the copies
     * @param name for messages
     * @param tokens INT32 {@code [sequences, contextLength]}
     * @param targets of the same type and shape
     */
    public static LabelledSequences ofLabelledTokens(
            MemoryOwner owner, String name, Tensor tokens, Tensor targets, int vocabulary, int classes) {
        return ofLabelledTokens(owner, name, ExampleForm.ofTokens(), tokens, targets, vocabulary, classes, null);
    }

    /**
     * Sequences with one target per position, each of them the answer to a source. Copies all tensors.
     *
     * @param sources INT32 {@code [sequences, positions]}
     * @param sourcePadding token with which sources end that are shorter than that
     * @param paddingSeen whether a model sees this padding as well
     * @param tokens as for {@link #ofLabelledTokens}
     */
    public static LabelledSequences ofAnswers(
            MemoryOwner owner,
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
        long count = sequences(name, sources);
        int positions = Math.toIntExact(sources.size(1));
        MemorySegment given = rowMajor(sources);
        RaggedRows lengths = RaggedRows.allocate(owner, count, sequence -> 1);
        for (long sequence = 0; sequence < count; sequence++) {
            int length = positions;
            while (length > 0 && number(given, sequence * positions + length - 1) == sourcePadding) {
                length--;
            }
            if (length == 0) {
                throw new RunException("data set '" + name + "': source " + sequence + " is nothing but padding");
            }
            lengths.set(sequence, 0, length);
        }
        RaggedRows seen =
                RaggedRows.allocate(owner, count, sequence -> paddingSeen ? positions : lengths.get(sequence, 0));
        fill(seen, sources, name, "source token", 0, sourceVocabulary);
        return ofLabelledTokens(
                owner,
                name,
                ExampleForm.ofAnswers(positions),
                tokens,
                targets,
                vocabulary,
                classes,
                new Sources(sourceVocabulary, seen, lengths));
    }

    private static LabelledSequences ofLabelledTokens(
            MemoryOwner owner,
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
        long count = sequences(name, tokens);
        int contextLength = Math.toIntExact(tokens.size(1));
        MemorySegment given = rowMajor(targets);
        RaggedRows ownTokens =
                RaggedRows.allocate(owner, count, sequence -> labelledLength(given, sequence, contextLength));
        RaggedRows ownTargets = RaggedRows.allocate(owner, count, ownTokens::length);
        boolean isAnyLabelled = false;
        for (long sequence = 0; sequence < count && !isAnyLabelled; sequence++) {
            isAnyLabelled = ownTokens.length(sequence) > 0;
        }
        fill(ownTokens, tokens, name, "token", 0, vocabulary);
        fill(ownTargets, targets, name, "target", Integer.MIN_VALUE, classes);
        if (!isAnyLabelled) {
            throw new RunException("data set '" + name
                    + "': every target is masked (below zero), so there is nothing to" + " learn or to test");
        }
        return new LabelledSequences(owner, form, vocabulary, contextLength, ownTokens, ownTargets, sources);
    }

    /**
     * Sequences of one length with one target per objective. Copies both tensors.
     *
     * @param tokens INT32 {@code [sequences, contextLength]}
     * @param targets INT32 {@code [sequences, objectives]}
     */
    public static LabelledSequences ofLabelledSequences(
            MemoryOwner owner, String name, Tensor tokens, Tensor targets, int vocabulary, int classes) {
        if (!isIntegerMatrix(tokens) || !isIntegerMatrix(targets) || tokens.size(0) != targets.size(0)) {
            throw new RunException("data set '" + name + "': tokens are " + Printable.value(tokens) + " and targets "
                    + Printable.value(targets)
                    + "; they must be INT32 [sequences, positions] and INT32 [sequences, objectives]");
        }
        long count = sequences(name, tokens);
        int contextLength = Math.toIntExact(tokens.size(1));
        int objectives = Math.toIntExact(targets.size(1));
        if (objectives == 0) {
            throw new RunException(
                    "data set '" + name + "': its sequences have no targets, " + Printable.value(targets));
        }
        RaggedRows ownTokens = RaggedRows.allocate(owner, count, sequence -> contextLength);
        RaggedRows ownTargets = RaggedRows.allocate(owner, count, sequence -> objectives);
        fill(ownTokens, tokens, name, "token", 0, vocabulary);
        fill(ownTargets, targets, name, "target", 0, classes);
        return new LabelledSequences(
                owner, ExampleForm.ofSequences(objectives), vocabulary, contextLength, ownTokens, ownTargets, null);
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

    private static MemorySegment rowMajor(Tensor matrix) {
        if (!matrix.isContiguous()) {
            throw new IllegalArgumentException(matrix + " has gaps between its rows");
        }
        return matrix.segment();
    }

    private static int number(MemorySegment numbers, long index) {
        return numbers.getAtIndex(ValueLayout.JAVA_INT, index);
    }

    private static int labelledLength(MemorySegment targets, long sequence, int contextLength) {
        int length = contextLength;
        while (length > 0 && number(targets, sequence * contextLength + length - 1) < 0) {
            length--;
        }
        return length;
    }

    /** Copies as much of each row as there is room for, and refuses numbers outside of {@code minimum … bound − 1}. */
    private static void fill(RaggedRows rows, Tensor source, String name, String kind, int minimum, int bound) {
        MemorySegment given = rowMajor(source);
        for (long sequence = 0; sequence < rows.rows(); sequence++) {
            long begin = sequence * source.size(1);
            int length = rows.length(sequence);
            for (int position = 0; position < length; position++) {
                int value = number(given, begin + position);
                if (value < minimum || value >= bound) {
                    throw new RunException("data set '" + name + "': " + kind + " " + value + " of sequence " + sequence
                            + " at position " + position + " is outside of 0…" + (bound - 1));
                }
                rows.set(sequence, position, value);
            }
        }
    }

    /** By a table of hashes with open addressing, half empty at least; what looks the same is compared. */
    private void findRepresentatives() {
        int count = (int) tokens.rows();
        try (MemoryOwner scratch = MemoryOwner.open("table of sequences")) {
            long slots = Long.highestOneBit(Math.max(1, count)) * 4;
            // Zero stands for an empty slot.
            MemorySegment table = scratch.allocate(slots * Integer.BYTES);
            for (int sequence = 0; sequence < count; sequence++) {
                long slot = hash(sequence) >>> (Long.numberOfLeadingZeros(slots) + 1);
                int known = number(table, slot) - 1;
                while (known >= 0 && !same(known, sequence)) {
                    slot = (slot + 1) & (slots - 1);
                    known = number(table, slot) - 1;
                }
                if (known < 0) {
                    table.setAtIndex(ValueLayout.JAVA_INT, slot, sequence + 1);
                    known = sequence;
                }
                representatives.setAtIndex(ValueLayout.JAVA_INT, sequence, known);
            }
        }
    }

    private long hash(long sequence) {
        long hash = targets.hash(sequence, tokens.hash(sequence, 0));
        return sources == null ? hash : sources.seen().hash(sequence, hash);
    }

    private boolean same(long left, long right) {
        return tokens.same(left, right)
                && targets.same(left, right)
                && (sources == null || sources.seen().same(left, right));
    }

    @Override
    public ExampleForm form() {
        return form;
    }

    @Override
    public int vocabulary() {
        return vocabulary;
    }

    @Override
    public int contextLength() {
        return contextLength;
    }

    @Override
    public long size() {
        return tokens.rows();
    }

    @Override
    public int length(long sequence) {
        return tokens.length(sequence);
    }

    @Override
    public int token(long sequence, int position) {
        return tokens.get(sequence, position);
    }

    @Override
    public int target(long sequence, int index) {
        return targets.get(sequence, index);
    }

    @Override
    public Sources sources() {
        return sources;
    }

    @Override
    public long representative(long sequence) {
        return number(representatives, sequence);
    }

    @Override
    public int countedTargets(long sequence) {
        if (!form.eachToken()) {
            return 1;
        }
        int counted = 0;
        for (int position = 0; position < targets.length(sequence); position++) {
            if (targets.get(sequence, position) >= 0) {
                counted++;
            }
        }
        return counted;
    }

    @Override
    public boolean fillContext() {
        return !form.eachToken();
    }

    /** Those of a small language do. */
    @Override
    public boolean beginAlike() {
        return form.eachToken();
    }

    @Override
    public EvaluationSet evaluation(long most) {
        long all = 0;
        for (long sequence = 0; sequence < size(); sequence++) {
            all += length(sequence);
        }
        return EvaluationSet.sample(this, size(), all, sequence -> sequence, most);
    }
}
