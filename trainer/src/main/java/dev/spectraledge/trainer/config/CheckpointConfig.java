package dev.spectraledge.trainer.config;

import dev.spectraledge.trainer.key.DefaultValue;
import dev.spectraledge.trainer.key.LeftOutByDefault;
import dev.spectraledge.trainer.key.MayBeNull;
import dev.spectraledge.trainer.key.PerRun;
import dev.spectraledge.trainer.key.Range;
import java.util.List;

/**
 * Which weights a run keeps.
 *
 * @param schedule at which steps
 * @param every interval of the schedule {@code every}, else null
 * @param steps steps of the schedule {@code list}, else empty
 * @param resumeEvery steps between writes of the state that a killed run continues from
 * @param optimizerState whether the optimiser's moments are kept beside the weights
 * @param optimizerStateEvery steps between those moments, at multiples of it; null for beside all weights that are kept
 * @param storage how the weights are kept; the optimiser's moments, and the state to continue from, are always whole
 */
public record CheckpointConfig(
        @PerRun CheckpointSchedule schedule,
        @MayBeNull @PerRun @Range(min = 1) Integer every,
        @PerRun @Range(min = 0) List<Long> steps,
        @Range(min = 1) int resumeEvery,
        @PerRun boolean optimizerState,

        @DefaultValue("null") @LeftOutByDefault @MayBeNull @PerRun @Range(min = 1)
        Integer optimizerStateEvery,

        @DefaultValue("float32") @LeftOutByDefault @PerRun CheckpointStorage storage) {
    private static final double STEPS_PER_DECADE = 10;

    public CheckpointConfig {
        steps = steps.stream().distinct().sorted().toList();
        if ((schedule == CheckpointSchedule.EVERY) != (every != null)) {
            throw new IllegalArgumentException("every and schedule 'every' go together: set both or neither");
        }
        if ((schedule == CheckpointSchedule.LIST) == steps.isEmpty()) {
            throw new IllegalArgumentException("steps and schedule 'list' go together: set both or neither");
        }
        if (optimizerStateEvery != null && !optimizerState) {
            throw new IllegalArgumentException("optimizerStateEvery (" + optimizerStateEvery
                    + ") says how often the optimiser's state is kept; it needs optimizerState=true");
        }
    }

    /** Whether the weights after {@code step} steps are kept; 0 means the initial weights. Allocates nothing. */
    public boolean isDue(long step) {
        return switch (schedule) {
            case NONE -> false;
            case EVERY -> step % every == 0;
            case LIST -> isListed(step);
            case LOG -> step == 0 || step == nearestLogarithmicStep(step);
        };
    }

    /** Whether the optimiser's state is kept beside the weights after {@code step} steps. Allocates nothing. */
    public boolean isOptimizerStateDue(long step) {
        return optimizerState && (optimizerStateEvery == null || step % optimizerStateEvery == 0);
    }

    /** Whether the state to resume from is written after {@code step} steps. */
    public boolean isResumeDue(long step) {
        return step % resumeEvery == 0;
    }

    /** By index and unboxed: no garbage. */
    private boolean isListed(long step) {
        for (int index = 0; index < steps.size(); index++) {
            if (steps.get(index) == step) {
                return true;
            }
        }
        return false;
    }

    private static long nearestLogarithmicStep(long step) {
        double exponent = Math.rint(STEPS_PER_DECADE * Math.log10((double) step)) / STEPS_PER_DECADE;
        return Math.round(Math.pow(10, exponent));
    }
}
