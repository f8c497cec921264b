package dev.spectraledge.trainer.model;

import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.data.TokenRows;
import java.util.List;

/**
 * The encoder of an {@link EncoderDecoder}: embedding, bidirectional blocks and a final layer norm, whose result is the
 * memory that the decoder's blocks attend to. Its blocks see no padding; padded positions that are among the rows see the
 * others and are remembered as well.
 */
final class SourceEncoder {
    private final Workspace workspace;
    private final TransformerStack blocks;
    private final LayerNorm norm;
    private final Tensor memoryGradient;
    private final Tensor memoryGradientPart;
    private final Tensor flatGradient;
    private final Tensor flatPart;

    SourceEncoder(
            Workspace workspace, String name, TransformerShape shape, EmbeddingTables tables, boolean paddedRows) {
        this.workspace = workspace;
        blocks = TransformerStack.encoding(workspace, name, shape, tables, paddedRows);
        norm = new LayerNorm(workspace, name + ".norm", shape.width());
        boolean trains = workspace.gradients() != null;
        memoryGradient = trains ? workspace.activation(shape.width()) : null;
        memoryGradientPart = trains ? workspace.activation(shape.width()) : null;
        flatGradient = trains ? flat(memoryGradient) : null;
        flatPart = trains ? flat(memoryGradientPart) : null;
    }

    void forward(TokenRows source) {
        blocks.forward(source);
        norm.forward(source.sequences(), blocks.output().values());
    }

    /** {@code [S, capacity, width]}: what the decoder attends to. */
    Tensor memory() {
        return norm.output();
    }

    /** Where the first reader of the memory leaves its derivative by it. */
    Tensor memoryGradient() {
        return memoryGradient;
    }

    /** Where every other reader leaves its own, before {@link #addMemoryGradientPart}. */
    Tensor memoryGradientPart() {
        return memoryGradientPart;
    }

    void addMemoryGradientPart() {
        workspace.backend().axpy(1, flatPart, flatGradient);
    }

    private static Tensor flat(Tensor activation) {
        return activation.reshape(activation.size(0), activation.elements() / activation.size(0));
    }

    /** Adds the gradients of all parameters, given the sum of what the readers have left. */
    void backward(TokenRows source) {
        ResidualStream output = blocks.output();
        norm.backward(source.sequences(), memoryGradient, output.values(), null, output.gradient());
        blocks.backward(source);
    }

    /** What each block attended to in the batch that was computed last. */
    List<AttentionPattern> attention(TokenRows source) {
        return blocks.attention(source);
    }

    /** Number of blocks. */
    int layers() {
        return blocks.layers();
    }

    /** The residual stream of the last batch after so many blocks, {@code [S, capacity, width]}; 0 is the embedding. */
    Tensor hidden(int layer) {
        return blocks.hidden(layer);
    }

    /** Attention of the last batch in one layer, {@code [S, capacity, heads, sourceLength]}. */
    Tensor attentionProbabilities(int layer) {
        return blocks.attentionProbabilities(layer);
    }
}
