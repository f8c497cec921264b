package dev.spectraledge.trainer.model;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.PackedSequences;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.data.PackedBatch;
import java.util.ArrayList;
import java.util.List;

/**
 * The pre-norm encoder–decoder of the published SCAN experiments (Lifecycle §2.2). Each stack has an embedding of its own
 * and ends in a layer norm; the decoder's output passes another one and a linear head. The encoder's attention sees no
 * padding, but the decoder attends to all rows of the source in a batch: to padded positions as well where they are among
 * them, as published. Forward and backward are written out; every activation is kept for the backward in memory allocated
 * once.
 */
public final class EncoderDecoder implements Model {
    private static final String SOURCE_TOKENS = "src_tok_emb.weight";
    private static final String SOURCE_POSITIONS = "src_pos_emb.weight";
    private static final String TARGET_TOKENS = "tgt_tok_emb.weight";
    private static final String TARGET_POSITIONS = "tgt_pos_emb.weight";
    private static final String CONTAINER = "transformer";
    private static final String ENCODER = CONTAINER + ".encoder";
    private static final String DECODER = CONTAINER + ".decoder";

    private final Backend backend;
    private final SourceEncoder encoder;
    private final ResidualStream embedded;
    private final List<DecoderBlock> blocks = new ArrayList<>();
    private final ResidualStream decoded;
    private final LayerNorm decoderNorm;
    private final ClassificationHeads head;
    private final Tensor decodedGradient;

    EncoderDecoder(Workspace workspace, EncoderDecoderShape shape) {
        backend = workspace.backend();
        TransformerShape target = shape.target();
        int width = target.width();
        Workspace ofSource = workspace.withRows(workspace.capacitySourceRows());
        encoder = new SourceEncoder(
                ofSource,
                ENCODER,
                shape.source(),
                new EmbeddingTables(ofSource, SOURCE_TOKENS, SOURCE_POSITIONS),
                shape.paddedSources());
        boolean trains = workspace.gradients() != null;
        BlockGradients scratch = trains ? BlockGradients.allocate(workspace, target) : null;
        CrossGradients crossScratch = trains ? CrossGradients.allocate(scratch.attention(), ofSource, width) : null;
        AttentionGradients ofInputs = trains ? scratch.attention() : null;
        Tensor gradient = trains ? workspace.activation(width) : null;
        EmbeddingTables tables = new EmbeddingTables(workspace, TARGET_TOKENS, TARGET_POSITIONS);
        BlockNames firstNames = BlockNames.torch(LayoutBuilder.blockName(DECODER, 0));
        AttentionInput input;
        ResidualStream stream;
        if (DistinctInputs.areFewerThan(workspace.capacityRows(), target)) {
            DistinctInputs inputs = new DistinctInputs(workspace, firstNames, target, tables, gradient, ofInputs);
            input = inputs;
            stream = inputs.stream();
        } else {
            stream = new ResidualStream(workspace.activation(width), gradient);
            input = new EmbeddedInput(
                    tables,
                    stream,
                    new PackedProjection(workspace, firstNames, target, NormStyle.TORCH, null, stream, ofInputs));
        }
        embedded = stream;
        for (int layer = 0; layer < target.layers(); layer++) {
            String name = LayoutBuilder.blockName(DECODER, layer);
            if (layer > 0) {
                input = new PackedProjection(
                        workspace, BlockNames.torch(name), target, NormStyle.TORCH, null, stream, ofInputs);
            }
            DecoderBlock block = new DecoderBlock(
                    workspace,
                    name,
                    target,
                    stream,
                    input,
                    ofSource,
                    encoder.memory(),
                    shape.source().contextLength(),
                    scratch,
                    crossScratch);
            blocks.add(block);
            stream = block.output();
        }
        decoded = stream;
        decoderNorm = new LayerNorm(workspace, DECODER + ".norm", width);
        head = new ClassificationHeads(workspace, "ln", List.of("head"), width, target.classes());
        decodedGradient = trains ? scratch.normalised() : null;
    }

    /** The named tensors with PyTorch's initial distributions. */
    static ParameterLayout layout(EncoderDecoderShape shape) {
        TransformerShape source = shape.source();
        TransformerShape target = shape.target();
        int width = target.width();
        Initializer normal = new Initializer.Normal(1);
        return new LayoutBuilder()
                .addTable(SOURCE_TOKENS, normal, source.vocabulary(), width)
                .addTable(SOURCE_POSITIONS, normal, source.positions(), width)
                .addTable(TARGET_TOKENS, normal, target.vocabulary(), width)
                .addTable(TARGET_POSITIONS, normal, target.positions(), width)
                .addRedrawnStack(ENCODER, source, false)
                .addRedrawnStack(DECODER, target, true)
                .redrawMatrices(CONTAINER)
                .addNorm("ln", width)
                .addLinear("head", target.classes(), width)
                .build();
    }

    /** Computes the logits {@code [S, capacity, classes]} of a batch. */
    @Override
    public Tensor forward(PackedBatch batch) {
        return head.forward(batch, decode(batch));
    }

    /** What the head reads. */
    private Tensor decode(PackedBatch batch) {
        encoder.forward(batch.source());
        for (int layer = 0; layer < blocks.size(); layer++) {
            blocks.get(layer).forward(batch.rows(), batch.source().sequences());
        }
        return decoderNorm.forward(batch.sequences(), decoded.values());
    }

    /** Then adds the sums of whole answers, behind those of the tokens. */
    @Override
    public void evaluate(PackedBatch batch, Tensor statistics) {
        head.evaluate(batch, decode(batch), statistics);
        backend.sequenceAccuracy(
                batch.sequences(), head.logits(), batch.targets().run(0), batch.weights(), statistics.run(1));
    }

    @Override
    public void differentiate(PackedBatch batch, Tensor statistics) {
        head.differentiate(batch, statistics, decode(batch), decodedGradient);
        decoderNorm.backward(batch.sequences(), decodedGradient, decoded.values(), null, decoded.gradient());
        int last = blocks.size() - 1;
        blocks.get(last).backward(batch.rows(), batch.source().sequences(), encoder.memoryGradient());
        for (int layer = last - 1; layer >= 0; layer--) {
            blocks.get(layer).backward(batch.rows(), batch.source().sequences(), encoder.memoryGradientPart());
            encoder.addMemoryGradientPart();
        }
        encoder.backward(batch.source());
    }

    /** Of the encoder, of the decoder to itself, and of the decoder to the source. */
    @Override
    public List<AttentionPattern> attention(PackedBatch batch) {
        PackedSequences answers = batch.sequences();
        List<AttentionPattern> patterns = new ArrayList<>(encoder.attention(batch.source()));
        blocks.forEach(block -> patterns.add(block.selfAttention(answers)));
        blocks.forEach(block ->
                patterns.add(block.crossAttention(answers, batch.source().sequences())));
        return patterns;
    }

    @Override
    public Tensor logitsGradient() {
        return head.logitsGradient();
    }

    /** The decoder's output passes two final norms; the heads read the second one's. */
    @Override
    public Places places() {
        return new Places()
                .addStack(
                        Places.ENCODER,
                        Places.Rows.SOURCES,
                        encoder.layers(),
                        encoder::hidden,
                        encoder::attentionProbabilities,
                        null)
                .add("encoder_final_ln.normalized", Places.Rows.SOURCES, encoder.memory())
                .addStack(
                        Places.DECODER,
                        Places.Rows.TOKENS,
                        blocks.size(),
                        this::decoderHidden,
                        layer -> blocks.get(layer).selfAttentionProbabilities(),
                        layer -> blocks.get(layer).crossAttentionProbabilities())
                .add("decoder_final_ln.normalized", Places.Rows.TOKENS, decoderNorm.output())
                .add(Places.FINAL_NORM, Places.Rows.TOKENS, head.normalised())
                .add(Places.LOGITS, Places.Rows.TOKENS, head.logits());
    }

    private Tensor decoderHidden(int blocksPassed) {
        return (blocksPassed == 0 ? embedded : blocks.get(blocksPassed - 1).output()).values();
    }
}
