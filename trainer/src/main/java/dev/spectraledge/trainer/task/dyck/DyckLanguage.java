package dev.spectraledge.trainer.task.dyck;

import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.data.MersenneTwister;
import dev.spectraledge.trainer.data.SequenceDataset;
import dev.spectraledge.trainer.data.SplitData;

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

    /** Generates all strings and splits them. */
    public SplitData generate() {
        try (MemoryOwner scratch = MemoryOwner.open("dyck data")) {
            MersenneTwister strings = MersenneTwister.seededLikePython(Integer.toUnsignedLong(dataSeed));
            Tensor tokens = Tensor.allocate(scratch, DType.INT32, sequences, contextLength);
            Tensor depths = Tensor.allocate(scratch, DType.INT32, sequences, contextLength);
            for (int sequence = 0; sequence < sequences; sequence++) {
                generate(strings, tokens.run(sequence), depths.run(sequence));
            }
            int[] order = MersenneTwister.seededByInteger(dataSeed).permutation(sequences);
            return new SplitData(
                    select(scratch, "train", tokens, depths, order, 0, trainSequences),
                    select(scratch, "test", tokens, depths, order, trainSequences, sequences));
        }
    }

    private void generate(MersenneTwister random, Tensor tokens, Tensor depths) {
        int pairs = 1 + random.nextBelow(maxPairs);
        int opened = 0;
        int depth = 0;
        for (int position = 0; position < contextLength; position++) {
            tokens.set(PADDING, position);
            depths.set(IGNORED, position);
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
                tokens.set(open ? OPEN : CLOSE, position);
                depths.set(depth, position);
            }
        }
    }

    private SequenceDataset select(
            MemoryOwner scratch, String name, Tensor tokens, Tensor depths, int[] order, int from, int to) {
        Tensor selectedTokens = Tensor.allocate(scratch, DType.INT32, to - from, contextLength);
        Tensor selectedDepths = Tensor.allocate(scratch, DType.INT32, to - from, contextLength);
        for (int i = from; i < to; i++) {
            selectedTokens.run(i - from).segment().copyFrom(tokens.run(order[i]).segment());
            selectedDepths.run(i - from).segment().copyFrom(depths.run(order[i]).segment());
        }
        return SequenceDataset.ofLabelledTokens(name, selectedTokens, selectedDepths, VOCABULARY, classes());
    }
}
