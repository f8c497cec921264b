package dev.spectraledge.trainer.model;

/** The shape of a model: which parameters it has, and how it computes with them. */
public interface Architecture {
    /** The named tensors with their initial distributions. */
    ParameterLayout layout();

    /**
     * Whether the model is causal, so that sequences with a common prefix can share its computation ({@link Workspace#withSharedPrefixes}).
     */
    default boolean sharesPrefixes() {
        return false;
    }

    /** A model in a workspace whose parameters are laid out by {@link #layout}. */
    Model create(Workspace workspace);
}
