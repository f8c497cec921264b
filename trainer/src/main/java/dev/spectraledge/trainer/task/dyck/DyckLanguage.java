package dev.spectraledge.trainer.task.dyck;

import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.data.LabelledSequences;
import dev.spectraledge.trainer.data.MersenneTwister;
import dev.spectraledge.trainer.data.SplitData;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Dyck-1 depth prediction: strings of balanced parentheses, each position labelled with the depth of the stack after
 * it. The strings and their split are those of the published experiments, bit for bit (Lifecycle §1; the generator is
 * CPython's, the split {@code torch.randperm}'s).
 */
public final class DyckLanguage {
    /** Token ids. */
    public static final int OPEN = 0;

    public static final int CLOSE = 1;
    public static final int PADDING = 2;
    /** Number of token ids. */
    public static final int VOCABULARY = 3;
    /** Target of padding. */
    public static final int IGNORED = -100;

    private static final double OPEN_PROBABILITY = 0.55;

    private final int maxPairs;
    private final int contextLength;
    private final int sequences;
    private final int trainSequences;
    private final int dataSeed;

    /** @param dataSeed read as unsigned */
    public DyckLanguage(int maxPairs, int contextLength, int sequences, int trainSequences, int dataSeed) {
        this.maxPairs = maxPairs;
        this.contextLength = contextLength;
        this.sequences = sequences;
        this.trainSequences = trainSequences;
        this.dataSeed = dataSeed;
    }

    /** Classes of the targets: depths 0 … maxPairs. */
    public int classes() {
        return maxPairs + 1;
    }

    /**
     * Generates all strings and splits them.
     *
     * @param owner of their memory
     */
    public SplitData generate(MemoryOwner owner) {
        try (MemoryOwner scratch = MemoryOwner.open("dyck data")) {
            MersenneTwister strings = MersenneTwister.seededLikePython(Integer.toUnsignedLong(dataSeed));
            Tensor tokens = Tensor.allocate(scratch, DType.INT32, sequences, contextLength);
            Tensor depths = Tensor.allocate(scratch, DType.INT32, sequences, contextLength);
            for (int sequence = 0; sequence < sequences; sequence++) {
                generate(strings, row(tokens, sequence), row(depths, sequence));
            }
            int[] order = MersenneTwister.seededByInteger(dataSeed).permutation(sequences);
            return new SplitData(
                    select(owner, "train", tokens, depths, order, 0, trainSequences),
                    select(owner, "test", tokens, depths, order, trainSequences, sequences));
        }
    }

    private MemorySegment row(Tensor numbers, int sequence) {
        long bytes = (long) contextLength * Integer.BYTES;
        return numbers.segment().asSlice(sequence * bytes, bytes);
    }

    private void generate(MersenneTwister random, MemorySegment tokens, MemorySegment depths) {
        int pairs = 1 + random.nextBelow(maxPairs);
        int opened = 0;
        int depth = 0;
        for (int position = 0; position < contextLength; position++) {
            tokens.setAtIndex(ValueLayout.JAVA_INT, position, PADDING);
            depths.setAtIndex(ValueLayout.JAVA_INT, position, IGNORED);
        }
        for (int position = 0; position < 2 * pairs; position++) {
            boolean open;
            if (opened < pairs && depth > 0) {
                open = random.nextDouble() < OPEN_PROBABILITY;
            } else {
                open = opened < pairs;
            }
            if (open) {
                opened++;
                depth++;
            } else {
                depth--;
            }
            if (position < contextLength) {
                tokens.setAtIndex(ValueLayout.JAVA_INT, position, open ? OPEN : CLOSE);
                depths.setAtIndex(ValueLayout.JAVA_INT, position, depth);
            }
        }
    }

    private LabelledSequences select(
            MemoryOwner owner, String name, Tensor tokens, Tensor depths, int[] order, int from, int to) {
        try (MemoryOwner scratch = MemoryOwner.open("dyck selection")) {
            Tensor selectedTokens = Tensor.allocate(scratch, DType.INT32, to - from, contextLength);
            Tensor selectedDepths = Tensor.allocate(scratch, DType.INT32, to - from, contextLength);
            for (int i = from; i < to; i++) {
                row(selectedTokens, i - from).copyFrom(row(tokens, order[i]));
                row(selectedDepths, i - from).copyFrom(row(depths, order[i]));
            }
            return LabelledSequences.ofLabelledTokens(
                    owner, name, selectedTokens, selectedDepths, VOCABULARY, classes());
        }
    }
}
