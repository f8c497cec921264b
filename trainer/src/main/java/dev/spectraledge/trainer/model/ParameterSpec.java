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
 */
public record ParameterSpec(String name, long[] shape, ParameterGroup group, Initializer initializer, String stream) {
    /** Number of elements. */
    public long elements() {
        long elements = 1;
        for (long size : shape) {
            elements *= size;
        }
        return elements;
    }
}
