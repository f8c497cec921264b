package dev.spectraledge.trainer.model;

import java.util.List;

/** The {@link CausalTransformer} of the published Dyck experiments (Lifecycle §2), under the names of PyTorch's layers. */
public record CausalTransformerArchitecture(TransformerShape shape) implements Architecture {
    private static final String TOKEN_TABLE = "tok_emb.weight";
    private static final String POSITION_TABLE = "pos_emb.weight";
    private static final String NORM = "ln";
    private static final String HEAD = "head";

    /** The named tensors with PyTorch's initial distributions. */
    @Override
    public ParameterLayout layout() {
        int width = shape.width();
        return new LayoutBuilder()
                .addTable(TOKEN_TABLE, new Initializer.Normal(1), shape.vocabulary(), width)
                .addTable(POSITION_TABLE, new Initializer.Normal(1), shape.positions(), width)
                .addBlocks(shape)
                .addNorm(NORM, width)
                .addLinear(HEAD, shape.classes(), width)
                .build();
    }

    @Override
    public boolean sharesPrefixes() {
        return true;
    }

    @Override
    public CausalTransformer create(Workspace workspace) {
        return new CausalTransformer(
                TransformerStack.causal(workspace, shape, new EmbeddingTables(workspace, TOKEN_TABLE, POSITION_TABLE)),
                new ClassificationHeads(workspace, NORM, List.of(HEAD), shape.width(), shape.classes()));
    }
}
