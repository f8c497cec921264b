package dev.spectraledge.analysis.checkpoint;

import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.io.Json;
import dev.spectraledge.trainer.io.Printable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/** A model in several files, with an index that says which tensor is in which, as Hugging Face's libraries write it. */
final class ShardedForm implements CheckpointForm {
    private static final List<String> INDICES = List.of("model.safetensors.index.json", "pytorch_model.bin.index.json");

    @Override
    public boolean takes(Path path) {
        return index(path).isPresent();
    }

    private static Optional<Path> index(Path folder) {
        return INDICES.stream().map(folder::resolve).filter(Files::exists).findFirst();
    }

    @Override
    public StoredModel read(Path path, Boundary boundary) {
        Path index = boundary.require(index(path).orElseThrow());
        if (!(Json.readObject(index).get("weight_map") instanceof Map<?, ?> places)) {
            throw new RunException(index + ": has no object weight_map, which says in which file each tensor is");
        }
        Map<String, StoredModel> shards = new LinkedHashMap<>();
        try {
            SequencedMap<String, StoredTensor> tensors = new LinkedHashMap<>();
            for (Map.Entry<?, ?> place : places.entrySet()) {
                String name = (String) place.getKey();
                Path file = shard(path, index, place);
                StoredModel shard = shards.computeIfAbsent(FileNames.of(file), absent -> readShard(file, boundary));
                StoredTensor tensor = shard.tensors().get(name);
                if (tensor == null) {
                    throw new RunException(file + ": has no tensor '" + Printable.value(name)
                            + "', which is there according to " + FileNames.of(index));
                }
                tensors.put(name, tensor);
            }
            List<StoredModel.OpenFile> files = new ArrayList<>();
            shards.values().forEach(shard -> files.addAll(shard.files()));
            StoredModel model = new StoredModel(path, tensors, false, CheckpointFacts.NONE, Optional.empty(), files);
            return Companions.added(model, path, boundary);
        } catch (RuntimeException refused) {
            shards.values().forEach(StoredModel::close);
            throw refused;
        }
    }

    private static Path shard(Path folder, Path index, Map.Entry<?, ?> place) {
        String where = index + ": places tensor '" + Printable.value(place.getKey()) + "' in '"
                + Printable.value(place.getValue()) + "', ";
        if (!(place.getValue() instanceof String name)
                || !name.matches("[A-Za-z0-9][A-Za-z0-9._-]*\\.(safetensors|bin|pt|pth)")) {
            throw new RunException(
                    where + "which is not the name of a safetensors file or a file of torch.save beside it");
        }
        Path file = folder.resolve(name);
        if (!Files.exists(file)) {
            throw new RunException(where + "which is missing");
        }
        return file;
    }

    private static StoredModel readShard(Path file, Boundary boundary) {
        return CheckpointForm.readAny(file, boundary);
    }
}
