package dev.spectraledge.trainer.model;

import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.data.TorchGenerator;
import java.util.Map;

/**
 * The weights that a PyTorch program starts from which calls {@code torch.manual_seed(seed)} and builds the model from
 * {@code torch.nn}'s modules in the order of its parameters; they take the first numbers of the generator.
 */
public final class TorchInitialization {
    private TorchInitialization() {}

    /**
     * Fills the tensors of one run.
     *
     * @param generator fresh; it is left where the program goes on to draw batches
     * @param targets every tensor of the layout, on the host
     */
    public static void fill(ParameterLayout layout, TorchGenerator generator, Map<String, Tensor> targets) {
        for (ParameterSpec spec : layout.specs()) {
            if (spec.initializer() instanceof Initializer.Constant constant) {
                Tensor target = flat(targets, spec.name());
                for (long i = 0; i < target.elements(); i++) {
                    target.set(constant.value(), i);
                }
            }
        }
        for (ModuleDraw draw : layout.moduleDraws()) {
            float[] values = draw.values(generator);
            for (String name : draw.names()) {
                Tensor target = flat(targets, name);
                for (int i = 0; i < values.length; i++) {
                    target.set(values[i], i);
                }
            }
        }
    }

    private static Tensor flat(Map<String, Tensor> targets, String name) {
        Tensor tensor = targets.get(name);
        return tensor.reshape(tensor.elements());
    }
}
