package dev.spectraledge.trainer.model;

import dev.spectraledge.kernels.PackedSequences;
import dev.spectraledge.kernels.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Blocks one after the other. */
final class TransformerStack {
    private final List<TransformerBlock> blocks = new ArrayList<>();
    private final BlockGradients scratch;

    /** @param causal whether a position sees only itself and those before it */
    TransformerStack(Workspace workspace, TransformerShape shape, boolean causal) {
        for (int layer = 0; layer < shape.layers(); layer++) {
            blocks.add(new TransformerBlock(workspace, LayoutBuilder.blockName(layer), shape, causal));
        }
        scratch = workspace.gradients() == null ? null : BlockGradients.allocate(workspace, shape);
    }

    Tensor forward(PackedSequences sequences, Tensor input) {
        Tensor hidden = input;
        for (int layer = 0; layer < blocks.size(); layer++) {
            hidden = blocks.get(layer).forward(sequences, hidden);
        }
        return hidden;
    }

    /** What {@link #forward} returned last. */
    Tensor output() {
        return blocks.getLast().output();
    }

    /** Turns {@code gradient} from the derivative by the output into that by the input, in place. */
    void backward(PackedSequences sequences, Tensor input, Tensor gradient) {
        for (int layer = blocks.size() - 1; layer >= 0; layer--) {
            Tensor before = layer == 0 ? input : blocks.get(layer - 1).output();
            blocks.get(layer).backward(sequences, scratch, before, gradient);
        }
    }

    /** Attention of the last batch in one layer, {@code [S, capacity, heads, contextLength]}. */
    Tensor attentionProbabilities(int layer) {
        return blocks.get(layer).attentionProbabilities();
    }
}
