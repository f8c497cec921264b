package dev.spectraledge.trainer.model;

/** The shape of a model: which parameters it has, and how it computes with them. */
public interface Architecture {
    /** The named tensors with their initial distributions. */
    ParameterLayout layout();

    /**
     * Whether what a model computes at a position depends on that and those before it alone, so that sequences which begin
     * alike can share it ({@link Workspace#withSharedPrefixes}).
     */
    default boolean sharesPrefixes() {
        return false;
    }

    /** A model in a workspace whose parameters are laid out by {@link #layout}. */
    Model create(Workspace workspace);
}
