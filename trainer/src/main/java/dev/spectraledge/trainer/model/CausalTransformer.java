package dev.spectraledge.trainer.model;

import static dev.spectraledge.trainer.ParameterSubset.ALL;
import static dev.spectraledge.trainer.ParameterSubset.ATTENTION;
import static dev.spectraledge.trainer.ParameterSubset.BLOCKS;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.PackedSequences;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.ParameterSubset;
import dev.spectraledge.trainer.data.PackedBatch;
import java.util.ArrayList;
import java.util.List;

/**
 * The causal pre-norm transformer of the published Dyck experiments (Lifecycle §2): token plus position embedding,
 * blocks, one final layer norm, a linear head. Forward and backward are written out; every activation is kept for the
 * backward in memory allocated once.
 */
public final class CausalTransformer {
    private final Backend backend;
    private final Workspace workspace;
    private final Tensor embedded;
    private final List<TransformerBlock> blocks = new ArrayList<>();
    private final LayerNorm finalNorm;
    private final Linear head;
    private final Tensor logits;
    private final Tensor gradient;
    private final Tensor logitsGradient;
    private final Tensor normalisedGradient;
    private final BlockGradients scratch;

    public CausalTransformer(Workspace workspace, TransformerShape shape) {
        this.workspace = workspace;
        backend = workspace.backend();
        embedded = workspace.activation(shape.width());
        for (int layer = 0; layer < shape.layers(); layer++) {
            blocks.add(new TransformerBlock(workspace, blockName(layer), shape));
        }
        finalNorm = new LayerNorm(workspace, "ln", shape.width());
        head = new Linear(workspace, "head.weight", "head.bias");
        logits = workspace.activation(shape.classes());
        boolean trains = workspace.gradients() != null;
        gradient = trains ? workspace.activation(shape.width()) : null;
        logitsGradient = trains ? workspace.activation(shape.classes()) : null;
        normalisedGradient = trains ? workspace.activation(shape.width()) : null;
        scratch = trains ? BlockGradients.allocate(workspace, shape) : null;
    }

    private static String blockName(int layer) {
        return "encoder.layers." + layer;
    }

    /**
     * The named tensors with PyTorch's initial distributions. PyTorch builds the stack by copying one prototype layer, so
     * the blocks start equal: their tensors share random streams.
     */
    public static ParameterLayout layout(TransformerShape shape) {
        int width = shape.width();
        int hidden = shape.feedForwardWidth();
        List<ParameterSpec> specs = new ArrayList<>();
        specs.add(spec("tok_emb.weight", ALL, new Initializer.StandardNormal(), shape.vocabulary(), width));
        specs.add(spec("pos_emb.weight", ALL, new Initializer.StandardNormal(), shape.positions(), width));
        for (int layer = 0; layer < shape.layers(); layer++) {
            addBlock(specs, layer, width, hidden);
        }
        addNorm(specs, "ln", "ln", width);
        specs.add(spec("head.weight", ALL, Initializer.linear(width), shape.classes(), width));
        specs.add(spec("head.bias", ALL, Initializer.linear(width), shape.classes()));
        return new ParameterLayout(specs);
    }

    private static void addBlock(List<ParameterSpec> specs, int layer, int width, int hidden) {
        Initializer zero = new Initializer.Constant(0);
        BlockSpecs block = new BlockSpecs(specs, blockName(layer));
        block.add("self_attn.in_proj_weight", ATTENTION, Initializer.xavier(3 * width, width), 3L * width, width);
        block.add("self_attn.in_proj_bias", ALL, zero, 3L * width);
        block.add("self_attn.out_proj.weight", ATTENTION, Initializer.linear(width), width, width);
        block.add("self_attn.out_proj.bias", ALL, zero, width);
        block.add("linear1.weight", BLOCKS, Initializer.linear(width), hidden, width);
        block.add("linear1.bias", ALL, Initializer.linear(width), hidden);
        block.add("linear2.weight", BLOCKS, Initializer.linear(hidden), width, hidden);
        block.add("linear2.bias", ALL, Initializer.linear(hidden), width);
        addNorm(specs, blockName(layer) + ".norm1", "norm1", width);
        addNorm(specs, blockName(layer) + ".norm2", "norm2", width);
    }

    private static void addNorm(List<ParameterSpec> specs, String name, String stream, int width) {
        specs.add(new ParameterSpec(
                name + ".weight", new long[] {width}, ALL, new Initializer.Constant(1), stream + ".weight"));
        specs.add(new ParameterSpec(
                name + ".bias", new long[] {width}, ALL, new Initializer.Constant(0), stream + ".bias"));
    }

    private static ParameterSpec spec(String name, ParameterSubset subset, Initializer initializer, long... shape) {
        return new ParameterSpec(name, shape, subset, initializer, name);
    }

    private record BlockSpecs(List<ParameterSpec> specs, String prefix) {
        void add(String name, ParameterSubset subset, Initializer initializer, long... shape) {
            specs.add(new ParameterSpec(prefix + "." + name, shape, subset, initializer, name));
        }
    }

    /** Computes the logits {@code [S, capacity, classes]} of a batch. */
    public Tensor forward(PackedBatch batch) {
        PackedSequences sequences = batch.sequences();
        backend.embedding(
                sequences,
                batch.tokens(),
                batch.positions(),
                workspace.parameter("tok_emb.weight"),
                workspace.parameter("pos_emb.weight"),
                embedded);
        Tensor hidden = embedded;
        for (int layer = 0; layer < blocks.size(); layer++) {
            hidden = blocks.get(layer).forward(sequences, hidden);
        }
        head.forward(sequences, finalNorm.forward(sequences, hidden), logits);
        return logits;
    }

    /** Adds (Σ weight·loss, Σ weight·correct, Σ weight) of a batch to {@code statistics [S, 3]}. */
    public void evaluate(PackedBatch batch, Tensor statistics) {
        forward(batch);
        backend.crossEntropy(batch.sequences(), logits, batch.targets(), batch.weights(), null, statistics);
    }

    /** The same, and adds the derivative of Σ weight·loss by every parameter to the workspace's gradients. */
    public void differentiate(PackedBatch batch, Tensor statistics) {
        PackedSequences sequences = batch.sequences();
        forward(batch);
        backend.crossEntropy(sequences, logits, batch.targets(), batch.weights(), logitsGradient, statistics);
        head.backward(sequences, logitsGradient, finalNorm.output(), normalisedGradient);
        finalNorm.backward(sequences, normalisedGradient, hiddenBefore(blocks.size()), null, gradient);
        for (int layer = blocks.size() - 1; layer >= 0; layer--) {
            blocks.get(layer).backward(sequences, scratch, hiddenBefore(layer), gradient);
        }
        backend.embeddingBackward(
                sequences,
                batch.tokens(),
                batch.positions(),
                gradient,
                workspace.gradient("tok_emb.weight"),
                workspace.gradient("pos_emb.weight"));
    }

    private Tensor hiddenBefore(int layer) {
        return layer == 0 ? embedded : blocks.get(layer - 1).output();
    }

    /** Logits of the last batch. */
    public Tensor logits() {
        return logits;
    }

    /** Attention of the last batch in one layer, {@code [S, capacity, heads, contextLength]}. */
    public Tensor attentionProbabilities(int layer) {
        return blocks.get(layer).attentionProbabilities();
    }
}
