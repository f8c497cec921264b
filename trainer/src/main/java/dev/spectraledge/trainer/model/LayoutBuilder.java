package dev.spectraledge.trainer.model;

import static dev.spectraledge.trainer.ParameterSubset.ALL;
import static dev.spectraledge.trainer.ParameterSubset.ATTENTION;
import static dev.spectraledge.trainer.ParameterSubset.BLOCKS;

import dev.spectraledge.trainer.ParameterSubset;
import java.util.ArrayList;
import java.util.List;

/** Lists the named tensors of a transformer in PyTorch's order, with PyTorch's initial distributions. */
final class LayoutBuilder {
    private final List<ParameterSpec> specs = new ArrayList<>();

    /** A tensor with a random stream of its own. */
    LayoutBuilder add(String name, Initializer initializer, long... shape) {
        specs.add(new ParameterSpec(name, shape, ALL, initializer, name));
        return this;
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
        return this;
    }

    /** A layer norm of its own. */
    LayoutBuilder addNorm(String name, int width) {
        addNorm(name, name, width);
        return this;
    }

    private void addNorm(String name, String stream, int width) {
        specs.add(new ParameterSpec(
                name + ".weight", new long[] {width}, ALL, new Initializer.Constant(1), stream + ".weight"));
        specs.add(new ParameterSpec(
                name + ".bias", new long[] {width}, ALL, new Initializer.Constant(0), stream + ".bias"));
    }

    /** Name of one of the blocks that {@link #addBlocks} adds. */
    static String blockName(int layer) {
        return "encoder.layers." + layer;
    }

    /**
     * The blocks. PyTorch builds the stack by copying one prototype layer, so the blocks start equal: their tensors share
     * random streams.
     */
    LayoutBuilder addBlocks(TransformerShape shape) {
        for (int layer = 0; layer < shape.layers(); layer++) {
            addBlock(blockName(layer), shape.width(), shape.feedForwardWidth());
        }
        return this;
    }

    private void addBlock(String block, int width, int hidden) {
        Initializer zero = new Initializer.Constant(0);
        addShared(
                block, "self_attn.in_proj_weight", ATTENTION, Initializer.xavier(3 * width, width), 3L * width, width);
        addShared(block, "self_attn.in_proj_bias", ALL, zero, 3L * width);
        addShared(block, "self_attn.out_proj.weight", ATTENTION, Initializer.linear(width), width, width);
        addShared(block, "self_attn.out_proj.bias", ALL, zero, width);
        addShared(block, "linear1.weight", BLOCKS, Initializer.linear(width), hidden, width);
        addShared(block, "linear1.bias", ALL, Initializer.linear(width), hidden);
        addShared(block, "linear2.weight", BLOCKS, Initializer.linear(hidden), width, hidden);
        addShared(block, "linear2.bias", ALL, Initializer.linear(hidden), width);
        addNorm(block + ".norm1", "norm1", width);
        addNorm(block + ".norm2", "norm2", width);
    }

    private void addShared(String block, String name, ParameterSubset subset, Initializer initializer, long... shape) {
        specs.add(new ParameterSpec(block + "." + name, shape, subset, initializer, name));
    }

    ParameterLayout build() {
        return new ParameterLayout(specs);
    }
}
