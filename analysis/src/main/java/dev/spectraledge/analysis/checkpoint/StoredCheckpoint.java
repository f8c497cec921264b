package dev.spectraledge.analysis.checkpoint;

import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.SequencedMap;

/** A checkpoint of any form. */
final class StoredCheckpoint implements Checkpoint {
    private final StoredModel model;
    private final SequencedMap<String, StoredTensor> tensors;

    private StoredCheckpoint(StoredModel model) {
        this.model = model;
        tensors = Collections.unmodifiableSequencedMap(ModelNames.unwrapped(model.path(), model.tensors()));
    }

    static Checkpoint open(Path path, Boundary boundary) {
        StoredModel model = CheckpointForm.readAny(path, boundary);
        try {
            return new StoredCheckpoint(model);
        } catch (RuntimeException refused) {
            model.close();
            throw refused;
        }
    }

    @Override
    public Path path() {
        return model.path();
    }

    @Override
    public SequencedMap<String, StoredTensor> tensors() {
        return tensors;
    }

    @Override
    public OptionalLong step() {
        return model.facts().step();
    }

    @Override
    public OptionalDouble learningRate() {
        OptionalDouble said = model.facts().learningRate();
        return said.isPresent() || model.optimizer().isEmpty()
                ? said
                : model.optimizer().get().learningRate();
    }

    @Override
    public OptionalDouble weightDecay() {
        OptionalDouble said = model.facts().weightDecay();
        return said.isPresent() || model.optimizer().isEmpty()
                ? said
                : model.optimizer().get().weightDecay();
    }

    @Override
    public Optional<OptimizerState> optimizer() {
        return model.optimizer().map(source -> source.read(tensors, model.ordered()));
    }

    @Override
    public Map<String, String> metadata() {
        return model.facts().metadata();
    }

    @Override
    public void close() {
        model.close();
    }
}
