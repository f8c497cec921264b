package dev.spectraledge.trainer.model;

import dev.spectraledge.kernels.PackedSequences;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.data.TokenRows;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/** Token and position embedding, and blocks one after the other. */
final class TransformerStack {
    /** Name of a stack that is the only one of its model. */
    private static final String STACK = "encoder";

    /** What each position sees, and which are read in the end. */
    private enum Reading {
        CAUSAL,
        FIRST_POSITION,
        EVERY_POSITION,
        PADDED
    }

    private final List<TransformerBlock> blocks = new ArrayList<>();
    private final ResidualStream embedded;

    private TransformerStack(ResidualStream embedded) {
        this.embedded = embedded;
    }

    /** Blocks in which a position sees only itself and those before it. */
    static TransformerStack causal(Workspace workspace, TransformerShape shape, EmbeddingTables tables) {
        return causal(workspace, ofStack(STACK), shape, BlockStyle.TORCH, tables, null);
    }

    /**
     * The same under other names and in another style.
     *
     * @param read one sequence of all rows that have been read so far, the batch's at its end, of which keys and values are kept;
     *     null where sequences see their own rows
     */
    static TransformerStack causal(
            Workspace workspace,
            IntFunction<BlockNames> names,
            TransformerShape shape,
            BlockStyle style,
            EmbeddingTables tables,
            PackedSequences read) {
        return build(workspace, names, shape, style, tables, Reading.CAUSAL, read);
    }

    private static IntFunction<BlockNames> ofStack(String name) {
        return layer -> BlockNames.torch(LayoutBuilder.blockName(name, layer));
    }

    /**
     * Bidirectional blocks of which only the first position of each sequence is read. All sequences are as long as the
     * context. The output's other rows mean nothing, and their gradient must be zero when the backward begins.
     */
    static TransformerStack classifying(Workspace workspace, TransformerShape shape, EmbeddingTables tables) {
        return build(workspace, ofStack(STACK), shape, BlockStyle.TORCH, tables, Reading.FIRST_POSITION, null);
    }

    /**
     * Bidirectional blocks of which every position is read.
     *
     * @param name of the stack
     * @param paddedRows whether sequences end in padding, which no position sees
     */
    static TransformerStack encoding(
            Workspace workspace, String name, TransformerShape shape, EmbeddingTables tables, boolean paddedRows) {
        return build(
                workspace,
                ofStack(name),
                shape,
                BlockStyle.TORCH,
                tables,
                paddedRows ? Reading.PADDED : Reading.EVERY_POSITION,
                null);
    }

    private static TransformerStack build(
            Workspace workspace,
            IntFunction<BlockNames> names,
            TransformerShape shape,
            BlockStyle style,
            EmbeddingTables tables,
            Reading reading,
            PackedSequences read) {
        boolean trains = workspace.gradients() != null;
        Tensor gradient = trains ? workspace.activation(shape.width()) : null;
        BlockGradients scratch = trains ? BlockGradients.allocate(workspace, shape) : null;
        AttentionGradients ofInputs = trains ? scratch.attention() : null;
        BlockNames firstNames = names.apply(0);
        Rotation rotation = style.rotary() == null ? null : Rotation.of(workspace, style.rotary(), shape);
        boolean distinct = reading != Reading.CAUSAL && DistinctInputs.areFewerThan(workspace.capacityRows(), shape);
        boolean gathers = workspace.sharesPrefixes() || (reading == Reading.PADDED && (distinct || joins(workspace)));
        Tensor gathered = trains && gathers ? GatheredKeys.room(workspace, shape.width()) : null;
        Projections projections =
                new Projections(workspace, shape, style.norm(), rotation, ofInputs, reading, gathered, read);
        AttentionInput input;
        ResidualStream stream;
        if (distinct) {
            DistinctInputs inputs = new DistinctInputs(workspace, firstNames, shape, tables, gradient, ofInputs);
            input = gathers
                    ? new GatheredKeys(workspace, shape.width(), inputs, inputs.keysAndValues(), ofInputs, gathered)
                    : inputs;
            stream = inputs.stream();
        } else {
            stream = new ResidualStream(workspace.activation(shape.width()), gradient);
            input = new EmbeddedInput(tables, stream, projections.of(firstNames, stream));
        }
        TransformerStack stack = new TransformerStack(stream);
        for (int layer = 0; layer < shape.layers(); layer++) {
            BlockNames ofBlock = names.apply(layer);
            boolean firstOnly = reading == Reading.FIRST_POSITION && layer > 0 && layer == shape.layers() - 1;
            if (firstOnly) {
                input = new FirstQueryProjection(workspace, ofBlock, shape, stream, ofInputs);
            } else if (layer > 0) {
                input = projections.of(ofBlock, stream);
            }
            TransformerBlock block = new TransformerBlock(
                    workspace, ofBlock, shape, style, reading == Reading.CAUSAL, firstOnly, stream, input, scratch);
            stack.blocks.add(block);
            stream = block.output();
        }
        return stack;
    }

    /** Whether one product for all rows costs less than one for those with queries and one for those with keys. */
    private static boolean joins(Workspace workspace) {
        return workspace.backend().isAsynchronous();
    }

    /** What the inputs of all blocks have in common. */
    private record Projections(
            Workspace workspace,
            TransformerShape shape,
            NormStyle norm,
            Rotation rotation,
            AttentionGradients scratch,
            Reading reading,
            Tensor gathered,
            PackedSequences read) {
        AttentionInput of(BlockNames names, ResidualStream stream) {
            if (reading == Reading.PADDED && !joins(workspace)) {
                return new VisibleKeysProjection(workspace, names, shape, stream, scratch);
            }
            PackedProjection packed = new PackedProjection(workspace, names, shape, norm, rotation, stream, scratch);
            Tensor keysAndValues = packed.keysAndValues();
            if (read != null) {
                return new CachedKeys(workspace, shape.width(), packed, keysAndValues, read);
            }
            return reading == Reading.PADDED || workspace.sharesPrefixes()
                    ? new GatheredKeys(workspace, shape.width(), packed, keysAndValues, scratch, gathered)
                    : packed;
        }
    }

    /** Number of blocks. */
    int layers() {
        return blocks.size();
    }

    void forward(TokenRows rows) {
        for (int layer = 0; layer < blocks.size(); layer++) {
            blocks.get(layer).forward(rows);
        }
    }

    /** Where {@link #forward} leaves its result, and where its gradient has to be before {@link #backward}. */
    ResidualStream output() {
        return blocks.getLast().output();
    }

    /** The residual stream of the last batch after so many blocks, {@code [S, capacity, width]}; 0 is the embedding. */
    Tensor hidden(int layer) {
        return (layer == 0 ? embedded : blocks.get(layer - 1).output()).values();
    }

    /** Adds the gradients of all parameters of embedding and blocks. */
    void backward(TokenRows rows) {
        for (int layer = blocks.size() - 1; layer >= 0; layer--) {
            blocks.get(layer).backward(rows);
        }
    }

    /** What each block attended to in the batch that was computed last. */
    List<AttentionPattern> attention(TokenRows rows) {
        return blocks.stream().map(block -> block.attention(rows)).toList();
    }

    /** Attention of the last batch in one layer, {@code [S, capacity, heads, contextLength]}; null if it is not kept. */
    Tensor attentionProbabilities(int layer) {
        return blocks.get(layer).attentionProbabilities();
    }
}
