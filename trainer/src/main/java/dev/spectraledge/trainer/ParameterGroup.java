package dev.spectraledge.trainer;

/**
 * What the parameters of a model are a sum of. The parameter vector holds the groups one after another, in this order, so
 * that each is one slice of it.
 */
public enum ParameterGroup {
    /** W_Q, W_K, W_V (packed as PyTorch packs them) and W_O of all attention modules, without biases. */
    ATTENTION,
    /** The other matrices of the transformer blocks, without biases. */
    FEED_FORWARD,
    /** Embeddings, heads, norms and biases. */
    OTHER
}
