package dev.spectraledge.analysis.checkpoint;

import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.io.SafetensorsFile;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
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
        return path.getFileName().toString().toLowerCase(Locale.ROOT).endsWith(".safetensors");
    }

    @Override
    public Checkpoint open(Path path) {
        return new Opened(SafetensorsFile.open(path));
    }

    private record Opened(SafetensorsFile file) implements Checkpoint {
        @Override
        public Path path() {
            return file.path();
        }

        @Override
        public SequencedMap<String, StoredTensor> tensors() {
            SequencedMap<String, StoredTensor> tensors = new LinkedHashMap<>();
            for (String name : file.names()) {
                List<Long> shape = LongStream.of(file.shape(name)).boxed().toList();
                tensors.put(
                        name,
                        new StoredTensor(name, file.type(name), shape, file.data(name), file.path(), List.of(name)));
            }
            return tensors;
        }

        @Override
        public OptionalLong step() {
            OptionalDouble step = number("step");
            return step.isPresent() ? OptionalLong.of((long) step.getAsDouble()) : OptionalLong.empty();
        }

        @Override
        public OptionalDouble learningRate() {
            return number("LR");
        }

        @Override
        public OptionalDouble weightDecay() {
            return number("WEIGHT_DECAY");
        }

        private OptionalDouble number(String key) {
            String text = metadata().get(key);
            if (text == null) {
                return OptionalDouble.empty();
            }
            try {
                return OptionalDouble.of(Double.parseDouble(text));
            } catch (NumberFormatException notANumber) {
                throw new RunException(
                        file.path() + ": metadata " + key + " is '" + text + "', not a number", notANumber);
            }
        }

        @Override
        public Optional<OptimizerState> optimizer() {
            return Optional.empty();
        }

        @Override
        public Map<String, String> metadata() {
            return file.metadata();
        }

        @Override
        public void close() {
            file.close();
        }
    }
}
