package dev.spectraledge.trainer.sweep;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Which runs can train side by side: those that agree in everything but what the trainer holds for each run. */
final class RunAxis {
    private static final List<String> OF_ONE_RUN = List.of(
            "seed",
            "steps",
            "learningRate",
            "learningRateSchedule",
            "warmUpSteps",
            "cosineSteps",
            "learningRateFloor",
            "weightDecay",
            "weightDecayChange",
            "finalWeightDecay",
            "weightDecayRamp",
            "beta1",
            "beta2",
            "epsilon",
            "clip",
            "momentum",
            "stopOn",
            "trace");

    private RunAxis() {}

    /** Equal for runs that can train side by side, if they have also come to the same step. */
    static Map<String, Object> key(PlannedRun run) {
        Map<String, Object> key = new TreeMap<>(run.configuration());
        Map<String, Object> training = group(key, "training");
        Object steps = training.get("steps");
        // Whether there is a momentum buffer is a matter of all.
        boolean momentum = training.get("momentum") instanceof Double value && value != 0;
        training.keySet().removeAll(OF_ONE_RUN);
        training.put("momentum", momentum);
        if (training.get("batches") != null) {
            training.put("steps", steps);
        }
        key.put("training", training);
        key.put("checkpoints", group(key, "checkpoints").get("resumeEvery"));
        key.remove("evaluation");
        key.remove("tensorboard");
        return key;
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> group(Map<String, Object> configuration, String name) {
        return new TreeMap<>((Map<String, Object>) configuration.get(name));
    }
}
