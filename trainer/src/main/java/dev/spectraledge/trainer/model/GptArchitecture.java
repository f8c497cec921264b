package dev.spectraledge.trainer.model;

import static dev.spectraledge.trainer.ParameterGroup.ATTENTION;
import static dev.spectraledge.trainer.ParameterGroup.FEED_FORWARD;
import static dev.spectraledge.trainer.ParameterGroup.OTHER;

import dev.spectraledge.kernels.PackedSequences;
import dev.spectraledge.trainer.ParameterGroup;
import java.util.ArrayList;
import java.util.List;

/**
 * A GPT: a {@link CausalTransformer} under the names of nanoGPT, in any {@link GptStyle}. Matrices, embeddings and positions
 * start as N(0, 0.02²), biases as zero (Radford et al. 2019). The rows of {@code c_attn} are W_Q, W_K, W_V, head by head within
 * each; those of a gated {@code c_fc} are the gate's and then the other's.
 *
 * @param shape whose classes are its tokens; with rotary positions, {@code positions} are those that have angles
 */
public record GptArchitecture(TransformerShape shape, GptStyle style) implements Architecture {
    private static final String TOKEN_TABLE = "transformer.wte.weight";
    private static final String POSITION_TABLE = "transformer.wpe.weight";
    private static final String NORM = "transformer.ln_f";
    private static final String HEAD = "lm_head.weight";
    private static final double DEVIATION = 0.02;
    /** Up to here keeping attention as a matrix costs less time than computing it again, and little memory. */
    private static final int LONGEST_KEPT_ATTENTION = 256;
    /** Of a row: no more than other activations have. */
    private static final int MOST_KEPT_LOGITS = 1024;

    public GptArchitecture {
        if (shape.vocabulary() != shape.classes()) {
            throw new IllegalArgumentException("a head that is the table of " + shape.vocabulary() + " tokens tells no "
                    + shape.classes() + " classes apart");
        }
        if (style.rotary() != null && style.rotary().rotatedWidth() > shape.width() / shape.heads()) {
            throw new IllegalArgumentException("rotary positions cannot turn "
                    + style.rotary().rotatedWidth() + " columns of heads of " + shape.width() / shape.heads());
        }
    }

    /** With learned positions and the rest of {@link GptStyle#learned}. */
    public GptArchitecture(TransformerShape shape, boolean biases, boolean scalesWithDepth) {
        this(shape, GptStyle.learned(biases, scalesWithDepth));
    }

    @Override
    public ParameterLayout layout() {
        Specs specs = new Specs(style.norm().hasBias());
        int width = shape.width();
        int hidden = shape.feedForwardWidth();
        int gates = style.gated() ? 2 : 1;
        double writing = style.scalesWithDepth() ? DEVIATION / Math.sqrt(2.0 * shape.layers()) : DEVIATION;
        specs.matrix(TOKEN_TABLE, OTHER, DEVIATION, shape.vocabulary(), width);
        if (style.rotary() == null) {
            specs.matrix(POSITION_TABLE, OTHER, DEVIATION, shape.positions(), width);
        }
        for (int layer = 0; layer < shape.layers(); layer++) {
            BlockNames names = BlockNames.nanoGpt(layer, style.biases());
            specs.norm(names.attentionNorm(), width);
            specs.stacked(names.attentionInput(), ATTENTION, DEVIATION, 3, 3 * width, width);
            specs.linear(names.attentionOutput(), ATTENTION, writing, width, width);
            specs.norm(names.feedForwardNorm(), width);
            specs.stacked(names.up(), FEED_FORWARD, DEVIATION, gates, gates * hidden, width);
            specs.linear(names.down(), FEED_FORWARD, writing, width, hidden);
        }
        specs.norm(NORM, width);
        if (!style.tiedHead()) {
            specs.matrix(HEAD, OTHER, DEVIATION, shape.classes(), width);
        }
        return specs.layout();
    }

    @Override
    public boolean sharesPrefixes() {
        return true;
    }

    @Override
    public CausalTransformer create(Workspace workspace) {
        return new CausalTransformer(
                blocks(workspace, null),
                keepsLogits()
                        ? new ClassificationHeads(
                                workspace, finalNorm(workspace), head(workspace), 1, shape.width(), shape.classes())
                        : new LanguageHead(
                                workspace, finalNorm(workspace), head(workspace), shape.width(), shape.classes()));
    }

    /** Whether models of a context keep attention as a matrix, for whoever looks at it. */
    public static boolean keepsAttention(double contextLength) {
        return contextLength <= LONGEST_KEPT_ATTENTION;
    }

    /** Whether its logits are there for all rows at once, for whoever looks at them. */
    public boolean keepsLogits() {
        return shape.classes() <= MOST_KEPT_LOGITS;
    }

    /**
     * Embedding and blocks.
     *
     * @param read all that a {@link GptDecoder} has read; null where sequences see their own rows
     */
    TransformerStack blocks(Workspace workspace, PackedSequences read) {
        return TransformerStack.causal(
                workspace,
                layer -> BlockNames.nanoGpt(layer, style.biases()),
                shape,
                new BlockStyle(
                        norm(),
                        style.rotary(),
                        style.gated(),
                        style.parallelResidual(),
                        keepsAttention(shape.contextLength())),
                new EmbeddingTables(workspace, TOKEN_TABLE, style.rotary() == null ? POSITION_TABLE : null),
                read);
    }

    private NormStyle norm() {
        return new NormStyle(style.norm(), style.epsilon());
    }

    LayerNorm finalNorm(Workspace workspace) {
        return new LayerNorm(workspace, NORM, shape.width(), norm());
    }

    Linear head(Workspace workspace) {
        return new Linear(workspace, new LinearNames(style.tiedHead() ? TOKEN_TABLE : HEAD, null));
    }

    /** Collects tensors, each with a random stream of its own. */
    private static final class Specs {
        private final List<ParameterSpec> specs = new ArrayList<>();
        private final boolean normsHaveBias;

        Specs(boolean normsHaveBias) {
            this.normsHaveBias = normsHaveBias;
        }

        void matrix(String name, ParameterGroup group, double deviation, long rows, long columns) {
            add(name, group, new Initializer.Normal(deviation), 1, rows, columns);
        }

        void linear(LinearNames names, ParameterGroup group, double deviation, int out, int in) {
            stacked(names, group, deviation, 1, out, in);
        }

        void stacked(LinearNames names, ParameterGroup group, double deviation, int count, int out, int in) {
            add(names.weight(), group, new Initializer.Normal(deviation), count, out, in);
            if (names.bias() != null) {
                add(names.bias(), OTHER, new Initializer.Constant(0), 1, out);
            }
        }

        void norm(String name, int width) {
            add(name + ".weight", OTHER, new Initializer.Constant(1), 1, width);
            if (normsHaveBias) {
                add(name + ".bias", OTHER, new Initializer.Constant(0), 1, width);
            }
        }

        private void add(String name, ParameterGroup group, Initializer initializer, int count, long... shape) {
            specs.add(new ParameterSpec(name, shape, group, initializer, name, count));
        }

        ParameterLayout layout() {
            List<ModuleDraw> draws = specs.stream()
                    .filter(spec -> spec.initializer() instanceof Initializer.Normal)
                    .map(spec ->
                            new ModuleDraw(spec.initializer(), Math.toIntExact(spec.elements()), List.of(spec.name())))
                    .toList();
            return new ParameterLayout(specs, draws);
        }
    }
}
