package dev.spectraledge.trainer.model;

/**
 * What the parameters of a linear layer are called.
 *
 * @param bias null if there is none
 */
record LinearNames(String weight, String bias) {
    /** A module of its own. */
    static LinearNames of(String layer) {
        return new LinearNames(layer + ".weight", layer + ".bias");
    }

    /** The packed projection of PyTorch's attention: rows of W_Q, W_K, W_V. */
    static LinearNames packed(String attention) {
        return new LinearNames(attention + ".in_proj_weight", attention + ".in_proj_bias");
    }

    /** The same layer with or without its bias. */
    LinearNames withBias(boolean has) {
        return has ? this : new LinearNames(weight, null);
    }
}
