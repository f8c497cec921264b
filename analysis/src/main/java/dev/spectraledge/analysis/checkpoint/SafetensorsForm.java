package dev.spectraledge.analysis.checkpoint;

import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.io.Printable;
import dev.spectraledge.trainer.io.SafetensorsFile;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.stream.LongStream;

/** One safetensors file with the weights of a model; step, rate and decay are read from its metadata. */
final class SafetensorsForm implements CheckpointForm {
    @Override
    public boolean takes(Path path) {
        return FileNames.endsWith(path, ".safetensors");
    }

    @Override
    public StoredModel read(Path path, Boundary boundary) {
        SafetensorsFile file = SafetensorsFile.open(path);
        try {
            SequencedMap<String, StoredTensor> tensors = new LinkedHashMap<>();
            for (String name : file.names()) {
                List<Long> shape = LongStream.of(file.shape(name)).boxed().toList();
                Object identity = List.of(path, name);
                tensors.put(name, new StoredTensor(name, file.type(name), shape, file.data(name), path, identity));
            }
            boolean ordered = !isSorted(tensors);
            addTied(tensors, file.metadata());
            return new StoredModel(path, tensors, ordered, facts(file), Optional.empty(), List.of(file::close));
        } catch (RuntimeException refused) {
            file.close();
            throw refused;
        }
    }

    /** Of tied tensors one is written; {@code safetensors.torch.save_model} names the others in the metadata, each with that one. */
    private static void addTied(SequencedMap<String, StoredTensor> tensors, Map<String, String> metadata) {
        metadata.forEach((name, written) -> {
            StoredTensor tensor = tensors.get(written);
            if (tensor != null) {
                tensors.putIfAbsent(name, tensor.named(name));
            }
        });
    }

    /** Hugging Face's library writes the tensors of each type sorted by name, which loses the order of the model. */
    private static boolean isSorted(SequencedMap<String, StoredTensor> tensors) {
        StoredTensor before = null;
        for (StoredTensor tensor : tensors.values()) {
            if (before != null
                    && before.type() == tensor.type()
                    && before.name().compareTo(tensor.name()) > 0) {
                return false;
            }
            before = tensor;
        }
        return true;
    }

    private static CheckpointFacts facts(SafetensorsFile file) {
        OptionalDouble step = number(file, "step");
        return new CheckpointFacts(
                step.isPresent() ? OptionalLong.of((long) step.getAsDouble()) : OptionalLong.empty(),
                number(file, "LR"),
                number(file, "WEIGHT_DECAY"),
                file.metadata());
    }

    private static OptionalDouble number(SafetensorsFile file, String key) {
        String text = file.metadata().get(key);
        if (text == null) {
            return OptionalDouble.empty();
        }
        try {
            return OptionalDouble.of(Double.parseDouble(text));
        } catch (NumberFormatException notANumber) {
            throw new RunException(
                    file.path() + ": metadata " + key + " is '" + Printable.value(text) + "', not a number",
                    notANumber);
        }
    }
}
