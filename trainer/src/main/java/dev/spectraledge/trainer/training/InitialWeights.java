package dev.spectraledge.trainer.training;

import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.io.SafetensorsFile;
import dev.spectraledge.trainer.model.Architecture;
import java.nio.file.Path;
import java.util.Map;

/** Reads what {@code training.initialWeights} names; given by whoever knows in which form others have weights. */
@FunctionalInterface
public interface InitialWeights {
    /** Safetensors files with the names of PyTorch that the models here have. */
    InitialWeights FILES = (file, model, targets) -> {
        try (SafetensorsFile tensors = SafetensorsFile.open(file)) {
            targets.forEach((name, target) -> {
                tensors.copyTo(name, target);
                tensors.requireFinite(name);
            });
        }
    };

    /**
     * Fills a model.
     *
     * @param targets all tensors of its layout, contiguous and on the host
     * @throws dev.spectraledge.trainer.RunException with one line if there are no such weights, or those of another model
     */
    void read(Path source, Architecture model, Map<String, Tensor> targets);
}
