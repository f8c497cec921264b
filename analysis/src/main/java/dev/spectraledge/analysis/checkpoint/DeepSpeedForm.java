package dev.spectraledge.analysis.checkpoint;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * A folder of DeepSpeed, {@code global_step1000}: the model in {@code mp_rank_00_model_states.pt}, and with ZeRO's stages 1
 * and 2 its parameters in single precision beside the moments, which are taken instead of those of the model. Untested
 * against DeepSpeed itself, see {@link ZeroOptimizer}.
 */
final class DeepSpeedForm implements CheckpointForm {
    @Override
    public boolean takes(Path path) {
        return Files.isDirectory(path) && Files.exists(path.resolve(ZeroOptimizer.MODEL_FILE));
    }

    @Override
    public StoredModel read(Path path, Boundary boundary) {
        StoredModel model = CheckpointForm.readAny(path.resolve(ZeroOptimizer.MODEL_FILE), boundary);
        List<StoredModel.OpenFile> files = new ArrayList<>(model.files());
        try {
            Optional<ZeroOptimizer> zero = ZeroOptimizer.in(path, boundary);
            zero.ifPresent(found -> files.add(found::close));
            SequencedMap<String, StoredTensor> tensors = new LinkedHashMap<>(model.tensors());
            zero.ifPresent(found -> replace(tensors, found.parameters()));
            return new StoredModel(path, tensors, true, model.facts(), zero.map(found -> found), files);
        } catch (RuntimeException refused) {
            files.forEach(StoredModel.OpenFile::close);
            throw refused;
        }
    }

    /** Puts parameters in the place of tensors of the same name, and of those that are tied to them. */
    private static void replace(Map<String, StoredTensor> tensors, Map<String, StoredTensor> parameters) {
        Map<Object, StoredTensor> byStorage = new HashMap<>();
        parameters.forEach((name, parameter) -> {
            StoredTensor stored = tensors.putIfAbsent(name, parameter);
            if (stored != null) {
                byStorage.put(stored.storage(), parameter);
            }
        });
        tensors.replaceAll((name, tensor) -> byStorage.containsKey(tensor.storage())
                ? byStorage.get(tensor.storage()).named(name)
                : tensor);
    }
}
