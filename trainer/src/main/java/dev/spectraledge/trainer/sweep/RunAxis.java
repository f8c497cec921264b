package dev.spectraledge.trainer.sweep;

import dev.spectraledge.trainer.config.RunConfig;
import java.util.Map;
import java.util.TreeMap;

/** Which runs can train side by side: those that agree in everything but what the trainer holds for each run. */
final class RunAxis {
    private static final String TRAINING = "training";
    private static final String MOMENTUM = "momentum";
    private static final String STEPS = "steps";

    private RunAxis() {}

    /** Equal for runs that can train side by side, if they have also come to the same step. */
    static Map<String, Object> key(PlannedRun run) {
        Map<?, ?> training = (Map<?, ?>) run.configuration().get(TRAINING);
        Map<String, Object> key = new TreeMap<>(RunConfig.shared(run.configuration()));
        // Whether there is a momentum buffer is a matter of all, and so is how long recorded batches have to last.
        key.put(MOMENTUM, training.get(MOMENTUM) instanceof Double value && value != 0);
        if (training.get("batches") != null) {
            key.put(STEPS, training.get(STEPS));
        }
        return key;
    }
}
