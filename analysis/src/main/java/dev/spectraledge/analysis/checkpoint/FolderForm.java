package dev.spectraledge.analysis.checkpoint;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A folder with the weights in one file, by a usual name or as the only file of weights, and perhaps the optimiser's state
 * beside it: the Trainer of Hugging Face, nanoGPT with a folder for each checkpoint, OLMo.
 */
final class FolderForm implements CheckpointForm {
    private static final List<String> USUAL =
            List.of("model.safetensors", "pytorch_model.bin", "model.pt", "ckpt.pt", "checkpoint.pt");

    @Override
    public boolean takes(Path path) {
        return Files.isDirectory(path) && weights(path).isPresent();
    }

    @Override
    public StoredModel read(Path path, Boundary boundary) {
        StoredModel weights = CheckpointForm.readAny(weights(path).orElseThrow(), boundary);
        try {
            return Companions.added(weights, path, boundary);
        } catch (RuntimeException refused) {
            weights.close();
            throw refused;
        }
    }

    private static Optional<Path> weights(Path folder) {
        Optional<Path> usual =
                USUAL.stream().map(folder::resolve).filter(Files::exists).findFirst();
        if (usual.isPresent()) {
            return usual;
        }
        List<Path> candidates = FileNames.in(folder).stream()
                .filter(file -> !Files.isDirectory(file) && isWeights(file))
                .toList();
        return candidates.size() == 1 ? Optional.of(candidates.getFirst()) : Optional.empty();
    }

    private static boolean isWeights(Path file) {
        return Companions.reason(file).isEmpty()
                && Stream.of(new SafetensorsForm(), new TorchForm()).anyMatch(form -> form.takes(file));
    }
}
