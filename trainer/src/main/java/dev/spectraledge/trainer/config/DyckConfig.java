package dev.spectraledge.trainer.config;

import dev.spectraledge.trainer.data.DyckLanguage;
import dev.spectraledge.trainer.data.SplitData;

/**
 * Dyck-1: predict the stack depth after each token of a balanced string of parentheses.
 *
 * @param maxPairs longest string in pairs of parentheses; depths 0 … maxPairs are the classes
 * @param contextLength tokens per sequence after padding or truncation
 * @param sequences sequences generated in all
 * @param trainSequences how many of them are trained on; the others are the test set
 * @param dataSeed seed of the generator and of the split, independent of the run's seed
 */
public record DyckConfig(
        String name,
        @Range(min = 1, max = 10_000) int maxPairs,
        @Range(min = 1, max = 1_000_000) int contextLength,
        @Range(min = 2) int sequences,
        @Range(min = 1) int trainSequences,
        @Range(min = 0, max = 4_294_967_295L) long dataSeed)
        implements TaskConfig {
    public DyckConfig {
        if (!name.equals("dyck")) {
            throw new IllegalArgumentException("name must be 'dyck', not '" + name + "'");
        }
        if (trainSequences >= sequences) {
            throw new IllegalArgumentException("trainSequences (" + trainSequences + ") must be less than sequences ("
                    + sequences + "), so that some remain to test on");
        }
    }

    @Override
    public int vocabulary() {
        return DyckLanguage.VOCABULARY;
    }

    @Override
    public int classes() {
        return language().classes();
    }

    @Override
    public int paddingToken() {
        return DyckLanguage.PADDING;
    }

    @Override
    public SplitData generate() {
        return language().generate();
    }

    private DyckLanguage language() {
        return new DyckLanguage(maxPairs, contextLength, sequences, trainSequences, (int) dataSeed);
    }
}
