package dev.spectraledge.analysis.checkpoint;

import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.io.torch.TorchFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * One file of {@code torch.save}: a {@code state_dict}, or a dictionary in which it stands under {@code model}, {@code
 * state_dict} and the like, with the optimiser's state and the step beside it, as nanoGPT, Lightning and many others save
 * it.
 */
final class TorchForm implements CheckpointForm {
    @Override
    public boolean takes(Path path) {
        return FileNames.endsWith(path, ".pt", ".pth", ".bin", ".ckpt");
    }

    @Override
    public StoredModel read(Path path, Boundary boundary) {
        TorchFile file = TorchFile.open(path);
        try {
            TorchContent content = new TorchContent(file);
            return new StoredModel(
                    path,
                    content.model()
                            .orElseThrow(() -> new RunException(path + ": holds no state_dict, a dictionary of tensors"
                                    + " by name, neither itself nor under "
                                    + String.join(", ", TorchContent.MODEL_KEYS))),
                    true,
                    CheckpointFacts.ofStep(content.step()),
                    content.optimizer().map(state -> (OptimizerSource) new TorchOptimizer(file, state)),
                    List.of(file::close));
        } catch (RuntimeException refused) {
            file.close();
            throw refused;
        }
    }

    /** An optimiser's state in a file of its own, which may hold nothing else. */
    static Optional<OptimizerSource> optimizer(TorchFile file) {
        return new TorchContent(file).optimizer().map(state -> new TorchOptimizer(file, state));
    }
}
