package dev.spectraledge.trainer.model;

import static dev.spectraledge.trainer.ParameterGroup.ATTENTION;
import static dev.spectraledge.trainer.ParameterGroup.FEED_FORWARD;
import static dev.spectraledge.trainer.ParameterGroup.OTHER;

import dev.spectraledge.trainer.ParameterGroup;
import java.util.ArrayList;
import java.util.List;

/**
 * Lists the named tensors of a transformer in PyTorch's order, with PyTorch's initial distributions, and what PyTorch's
 * modules draw while a program builds them in that order.
 */
final class LayoutBuilder {
    private final List<ParameterSpec> specs = new ArrayList<>();
    private final List<ModuleDraw> draws = new ArrayList<>();

    /** An embedding table. */
    LayoutBuilder addTable(String name, Initializer initializer, long rows, long width) {
        add(name, initializer, rows, width);
        draw(name, List.of(name));
        return this;
    }

    /** A tensor with a random stream of its own. */
    private void add(String name, Initializer initializer, long... shape) {
        specs.add(new ParameterSpec(name, shape, OTHER, initializer, name));
    }

    /** PyTorch draws a tensor, and some parameters are copies of it, or none. */
    private void draw(String name, List<String> copies) {
        ParameterSpec drawn = specs.stream()
                .filter(spec -> spec.name().equals(name))
                .findFirst()
                .orElseThrow();
        draws.add(new ModuleDraw(drawn.initializer(), Math.toIntExact(drawn.elements()), copies));
    }

    /** Weight {@code [out, in]} and bias of a linear layer. */
    LayoutBuilder addLinear(String name, int out, int in) {
        return addJoined(List.of(name), out, in);
    }

    /**
     * Linear layers of one size that compute from the same input: all weights, then all biases, so that each kind is one
     * matrix in memory ({@link Workspace#joined}).
     */
    LayoutBuilder addJoined(List<String> names, int out, int in) {
        for (String name : names) {
            add(name + ".weight", Initializer.linear(in), out, in);
        }
        for (String name : names) {
            add(name + ".bias", Initializer.linear(in), out);
        }
        for (String name : names) {
            draw(name + ".weight", List.of(name + ".weight"));
            draw(name + ".bias", List.of(name + ".bias"));
        }
        return this;
    }

    /** A layer norm of its own. */
    LayoutBuilder addNorm(String name, int width) {
        addNorm(name, name, width);
        return this;
    }

    private void addNorm(String name, String stream, int width) {
        specs.add(new ParameterSpec(
                name + ".weight", new long[] {width}, OTHER, new Initializer.Constant(1), stream + ".weight"));
        specs.add(new ParameterSpec(
                name + ".bias", new long[] {width}, OTHER, new Initializer.Constant(0), stream + ".bias"));
    }

    /** Name of one of the blocks of a stack. */
    static String blockName(String stack, int layer) {
        return stack + ".layers." + layer;
    }

    /**
     * The blocks of a stack on its own. PyTorch builds it by copying one prototype layer, so the blocks start equal: their
     * tensors share random streams.
     */
    LayoutBuilder addBlocks(TransformerShape shape) {
        List<Block> blocks = new ArrayList<>();
        for (int layer = 0; layer < shape.layers(); layer++) {
            Block block = new Block(blockName("encoder", layer), "", false);
            addAttention(block, "self_attn", shape.width());
            addFeedForward(block, shape.width(), shape.feedForwardWidth());
            addNorms(block, 2, shape.width());
            blocks.add(block);
        }
        drawPrototype(blocks, false, shape.width());
        return this;
    }

    /**
     * The blocks of one stack of an encoder–decoder, and its final norm. PyTorch's container draws every matrix in it anew
     * by Xavier's rule once it is built ({@link #redrawMatrices}); only the vectors are still those of the prototype layers.
     *
     * @param attendsToMemory whether its blocks have a second attention
     */
    LayoutBuilder addRedrawnStack(String stack, TransformerShape shape, boolean attendsToMemory) {
        List<Block> blocks = new ArrayList<>();
        for (int layer = 0; layer < shape.layers(); layer++) {
            Block block = new Block(blockName(stack, layer), stack + ".", true);
            blocks.add(block);
            addAttention(block, "self_attn", shape.width());
            if (attendsToMemory) {
                addAttention(block, "multihead_attn", shape.width());
            }
            addFeedForward(block, shape.width(), shape.feedForwardWidth());
            addNorms(block, attendsToMemory ? 3 : 2, shape.width());
        }
        drawPrototype(blocks, attendsToMemory, shape.width());
        return addNorm(stack + ".norm", shape.width());
    }

    /** The matrices of all stacks of a container, once they are listed. */
    LayoutBuilder redrawMatrices(String container) {
        for (ParameterSpec spec : specs) {
            if (spec.name().startsWith(container + ".") && spec.shape().length > 1) {
                draw(spec.name(), List.of(spec.name()));
            }
        }
        return this;
    }

    /** The layer that all blocks of a stack are copies of: an attention draws its output first, with a bias that it drops. */
    private void drawPrototype(List<Block> blocks, boolean attendsToMemory, int width) {
        for (String module : attendsToMemory ? List.of("self_attn", "multihead_attn") : List.of("self_attn")) {
            drawPrototype(blocks, module + ".out_proj.weight");
            draws.add(new ModuleDraw(Initializer.linear(width), width, List.of()));
            drawPrototype(blocks, module + ".in_proj_weight");
        }
        for (String layer : List.of("linear1", "linear2")) {
            drawPrototype(blocks, layer + ".weight");
            drawPrototype(blocks, layer + ".bias");
        }
    }

    private void drawPrototype(List<Block> blocks, String name) {
        boolean isMatrix = name.endsWith("weight");
        draw(
                blocks.getFirst().name + "." + name,
                blocks.stream()
                        .filter(block -> !(block.redrawn && isMatrix))
                        .map(block -> block.name + "." + name)
                        .toList());
    }

    /**
     * One of the blocks of a stack.
     *
     * @param prototype begins the names of the random streams of what it has in common with the others
     * @param redrawn whether its matrices are its own
     */
    private record Block(String name, String prototype, boolean redrawn) {}

    private void addAttention(Block block, String module, int width) {
        Initializer zero = new Initializer.Constant(0);
        addStacked(
                block,
                module + ".in_proj_weight",
                ATTENTION,
                Initializer.xavier(3 * width, width),
                3,
                3 * width,
                width);
        addVector(block, module + ".in_proj_bias", zero, 3 * width);
        addMatrix(block, module + ".out_proj.weight", ATTENTION, Initializer.linear(width), width, width);
        addVector(block, module + ".out_proj.bias", zero, width);
    }

    private void addFeedForward(Block block, int width, int hidden) {
        addMatrix(block, "linear1.weight", FEED_FORWARD, Initializer.linear(width), hidden, width);
        addVector(block, "linear1.bias", Initializer.linear(width), hidden);
        addMatrix(block, "linear2.weight", FEED_FORWARD, Initializer.linear(hidden), width, hidden);
        addVector(block, "linear2.bias", Initializer.linear(hidden), width);
    }

    private void addNorms(Block block, int count, int width) {
        for (int norm = 1; norm <= count; norm++) {
            addNorm(block.name + ".norm" + norm, block.prototype + "norm" + norm, width);
        }
    }

    private void addMatrix(Block block, String name, ParameterGroup group, Initializer ofPrototype, int out, int in) {
        addStacked(block, name, group, ofPrototype, 1, out, in);
    }

    private void addStacked(
            Block block, String name, ParameterGroup group, Initializer ofPrototype, int stacked, int out, int in) {
        String full = block.name + "." + name;
        Initializer initializer = block.redrawn ? Initializer.xavier(out, in) : ofPrototype;
        String stream = block.redrawn ? full : block.prototype + name;
        specs.add(new ParameterSpec(full, new long[] {out, in}, group, initializer, stream, stacked));
    }

    private void addVector(Block block, String name, Initializer initializer, int length) {
        specs.add(new ParameterSpec(
                block.name + "." + name, new long[] {length}, OTHER, initializer, block.prototype + name));
    }

    ParameterLayout build() {
        return new ParameterLayout(specs, draws);
    }
}
