package dev.spectraledge.trainer;

import java.util.Locale;

/**
 * Which parameters are watched. The parameter vector is laid out so that each subset is a prefix of it: first the
 * attention matrices, then the other matrices of the blocks, then everything else.
 */
public enum ParameterSubset {
    /** W_Q, W_K, W_V (packed as PyTorch packs them) and W_O of all attention modules, without biases; the papers' choice. */
    ATTENTION,
    /** All matrices of the transformer blocks: attention and feed-forward, without biases. */
    BLOCKS,
    /** Every parameter. */
    ALL;

    /** Name in configuration files and on the command line. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
