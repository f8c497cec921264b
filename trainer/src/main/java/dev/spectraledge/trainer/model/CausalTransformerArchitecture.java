package dev.spectraledge.trainer.model;

/** A {@link CausalTransformer} of some shape. */
public record CausalTransformerArchitecture(TransformerShape shape) implements Architecture {
    @Override
    public ParameterLayout layout() {
        return CausalTransformer.layout(shape);
    }

    @Override
    public boolean sharesPrefixes() {
        return true;
    }

    @Override
    public CausalTransformer create(Workspace workspace) {
        return new CausalTransformer(workspace, shape);
    }
}
