package dev.spectraledge.trainer.model;

import dev.spectraledge.trainer.data.TorchGenerator;
import java.util.List;

/**
 * What one module of PyTorch draws of one tensor while a program builds the model.
 *
 * @param initializer a distribution with randomness
 * @param elements of the tensor
 * @param names parameters that start with these values: several are copies, none means that others replace them
 */
public record ModuleDraw(Initializer initializer, int elements, List<String> names) {
    public ModuleDraw {
        names = List.copyOf(names);
    }

    /** The values, the next of a generator. */
    public float[] values(TorchGenerator generator) {
        float[] values = new float[elements];
        switch (initializer) {
            case Initializer.Normal normal -> generator.normal(normal.deviation(), values);
            case Initializer.Uniform uniform -> generator.uniform(-uniform.bound(), uniform.bound(), values);
            case Initializer.Constant constant ->
                throw new IllegalStateException(constant + " of " + names + " is not drawn");
        }
        return values;
    }
}
