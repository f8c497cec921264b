package dev.spectraledge.trainer.model;

import static dev.spectraledge.trainer.ParameterGroup.ATTENTION;
import static dev.spectraledge.trainer.ParameterGroup.FEED_FORWARD;
import static dev.spectraledge.trainer.ParameterGroup.OTHER;

import dev.spectraledge.trainer.ParameterGroup;
import java.util.ArrayList;
import java.util.List;

/**
 * A GPT: a {@link CausalTransformer} with learned positions whose head is its table of tokens, under the names of nanoGPT.
 * Matrices, embeddings and positions start as N(0, 0.02²), biases as zero (Radford et al. 2019).
 *
 * @param shape whose classes are its tokens
 * @param biases whether linear layers have them; layer norms always do
 * @param scalesWithDepth whether the matrices that write to the residual stream start smaller by 1/√(2·layers)
 */
public record GptArchitecture(TransformerShape shape, boolean biases, boolean scalesWithDepth) implements Architecture {
    private static final String TOKEN_TABLE = "transformer.wte.weight";
    private static final String POSITION_TABLE = "transformer.wpe.weight";
    private static final String NORM = "transformer.ln_f";
    private static final double DEVIATION = 0.02;

    public GptArchitecture {
        if (shape.vocabulary() != shape.classes()) {
            throw new IllegalArgumentException("a head that is the table of " + shape.vocabulary() + " tokens tells no "
                    + shape.classes() + " classes apart");
        }
    }

    @Override
    public ParameterLayout layout() {
        Specs specs = new Specs();
        int width = shape.width();
        int hidden = shape.feedForwardWidth();
        double writing = scalesWithDepth ? DEVIATION / Math.sqrt(2.0 * shape.layers()) : DEVIATION;
        specs.matrix(TOKEN_TABLE, OTHER, DEVIATION, shape.vocabulary(), width);
        specs.matrix(POSITION_TABLE, OTHER, DEVIATION, shape.positions(), width);
        for (int layer = 0; layer < shape.layers(); layer++) {
            BlockNames names = BlockNames.nanoGpt(layer, biases);
            specs.norm(names.attentionNorm(), width);
            specs.stacked(names.attentionInput(), ATTENTION, DEVIATION, 3, 3 * width, width);
            specs.linear(names.attentionOutput(), ATTENTION, writing, width, width);
            specs.norm(names.feedForwardNorm(), width);
            specs.linear(names.up(), FEED_FORWARD, DEVIATION, hidden, width);
            specs.linear(names.down(), FEED_FORWARD, writing, width, hidden);
        }
        specs.norm(NORM, width);
        return specs.layout();
    }

    @Override
    public boolean sharesPrefixes() {
        return true;
    }

    @Override
    public CausalTransformer create(Workspace workspace) {
        return new CausalTransformer(
                TransformerStack.causal(
                        workspace,
                        layer -> BlockNames.nanoGpt(layer, biases),
                        shape,
                        new EmbeddingTables(workspace, TOKEN_TABLE, POSITION_TABLE)),
                new ClassificationHeads(
                        workspace,
                        NORM,
                        new Linear(workspace, new LinearNames(TOKEN_TABLE, null)),
                        1,
                        shape.width(),
                        shape.classes()));
    }

    /** Collects tensors, each with a random stream of its own. */
    private static final class Specs {
        private final List<ParameterSpec> specs = new ArrayList<>();

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
            add(name + ".bias", OTHER, new Initializer.Constant(0), 1, width);
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
