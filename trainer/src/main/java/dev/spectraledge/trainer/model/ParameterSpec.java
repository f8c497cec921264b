package dev.spectraledge.trainer.model;

import dev.spectraledge.trainer.ParameterGroup;

/**
 * One named tensor of a model.
 *
 * @param name as in PyTorch's {@code state_dict}
 * @param shape without the run axis
 * @param group where it lies in the parameter vector
 * @param initializer the distribution that it starts from
 * @param stream which stream of random numbers it is drawn from; tensors that start equal share one
 * @param stacked how many matrices of equal height it is: 3 for a packed projection to queries, keys and values
 */
public record ParameterSpec(
        String name, long[] shape, ParameterGroup group, Initializer initializer, String stream, int stacked) {
    /** One tensor that is nothing but itself. */
    public ParameterSpec(String name, long[] shape, ParameterGroup group, Initializer initializer, String stream) {
        this(name, shape, group, initializer, stream, 1);
    }

    /** Number of elements. */
    public long elements() {
        long elements = 1;
        for (long size : shape) {
            elements *= size;
        }
        return elements;
    }
}
