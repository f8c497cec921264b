package dev.spectraledge.analysis.checkpoint;

import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** What a checkpoint says of itself beside its tensors. */
record CheckpointFacts(
        OptionalLong step, OptionalDouble learningRate, OptionalDouble weightDecay, Map<String, String> metadata) {
    static final CheckpointFacts NONE = ofStep(OptionalLong.empty());

    static CheckpointFacts ofStep(OptionalLong step) {
        return new CheckpointFacts(step, OptionalDouble.empty(), OptionalDouble.empty(), Map.of());
    }
}
