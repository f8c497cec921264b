package dev.spectraledge.analysis.offline;

import java.util.List;

/**
 * Tensors whose products are formed together.
 *
 * @param name of the group that tables show: {@code embeddings}, {@code head}, {@code norms}, {@code biases}, {@code other}, or the
 *     attention, MLP or other matrices of a layer, such as {@code transformer.h.0.attention}
 * @param part what its tensors are part of, as tables sum it up over the layers
 * @param selected whether its tensors are of the subset that is looked at; a group of which only some are comes twice
 * @param tensors their names, in the order of the checkpoint
 * @param parameters their elements
 */
public record TensorGroup(String name, String part, boolean selected, List<String> tensors, long parameters) {
    public TensorGroup {
        tensors = List.copyOf(tensors);
    }
}
