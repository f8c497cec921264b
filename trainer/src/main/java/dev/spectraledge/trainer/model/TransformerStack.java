package dev.spectraledge.trainer.model;

import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.data.PackedBatch;
import java.util.ArrayList;
import java.util.List;

/** Token and position embedding, and blocks one after the other. */
final class TransformerStack {
    private final List<TransformerBlock> blocks = new ArrayList<>();

    private TransformerStack() {}

    /** Blocks in which a position sees only itself and those before it. */
    static TransformerStack causal(Workspace workspace, TransformerShape shape, EmbeddingTables tables) {
        return build(workspace, shape, tables, true);
    }

    /**
     * Bidirectional blocks of which only the first position of each sequence is read. All sequences are as long as the
     * context. The output's other rows mean nothing, and their gradient must be zero when the backward begins.
     */
    static TransformerStack classifying(Workspace workspace, TransformerShape shape, EmbeddingTables tables) {
        return build(workspace, shape, tables, false);
    }

    private static TransformerStack build(
            Workspace workspace, TransformerShape shape, EmbeddingTables tables, boolean causal) {
        TransformerStack stack = new TransformerStack();
        boolean trains = workspace.gradients() != null;
        Tensor gradient = trains ? workspace.activation(shape.width()) : null;
        BlockGradients scratch = trains ? BlockGradients.allocate(workspace, shape) : null;
        AttentionGradients ofInputs = trains ? scratch.attention() : null;
        String firstName = LayoutBuilder.blockName(0);
        boolean distinct = !causal && DistinctInputs.areFewerThan(workspace.capacityRows(), shape);
        AttentionInput input;
        ResidualStream stream;
        if (distinct) {
            DistinctInputs inputs = new DistinctInputs(workspace, firstName, shape, tables, gradient, ofInputs);
            input = inputs;
            stream = inputs.stream();
        } else {
            stream = new ResidualStream(workspace.activation(shape.width()), gradient);
            input = new EmbeddedProjection(
                    tables, stream, new PackedProjection(workspace, firstName, shape, stream, ofInputs));
        }
        for (int layer = 0; layer < shape.layers(); layer++) {
            String name = LayoutBuilder.blockName(layer);
            boolean firstOnly = !causal && layer > 0 && layer == shape.layers() - 1;
            if (firstOnly) {
                input = new FirstQueryProjection(workspace, name, shape, stream, ofInputs);
            } else if (layer > 0) {
                input = new PackedProjection(workspace, name, shape, stream, ofInputs);
            }
            TransformerBlock block =
                    new TransformerBlock(workspace, name, shape, causal, firstOnly, stream, input, scratch);
            stack.blocks.add(block);
            stream = block.output();
        }
        return stack;
    }

    void forward(PackedBatch batch) {
        for (int layer = 0; layer < blocks.size(); layer++) {
            blocks.get(layer).forward(batch);
        }
    }

    /** Where {@link #forward} leaves its result, and where its gradient has to be before {@link #backward}. */
    ResidualStream output() {
        return blocks.getLast().output();
    }

    /** Adds the gradients of all parameters of embedding and blocks. */
    void backward(PackedBatch batch) {
        for (int layer = blocks.size() - 1; layer >= 0; layer--) {
            blocks.get(layer).backward(batch);
        }
    }

    /** Attention of the last batch in one layer, {@code [S, capacity, heads, contextLength]}. */
    Tensor attentionProbabilities(int layer) {
        return blocks.get(layer).attentionProbabilities();
    }
}
