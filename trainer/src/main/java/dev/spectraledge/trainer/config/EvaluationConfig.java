package dev.spectraledge.trainer.config;

import dev.spectraledge.trainer.key.AlsoCalled;
import dev.spectraledge.trainer.key.MayBeNull;
import dev.spectraledge.trainer.key.Range;

/**
 * When the model is evaluated and what the results mean. Evaluated are step 1 and every multiple of {@code every}.
 *
 * @param every steps between evaluations
 * @param grokAccuracy test accuracy at which the model counts as having grokked
 * @param grokPatience consecutive evaluations that must reach it; the first of them is the grok step
 * @param stopAccuracy test accuracy at which training ends early (at once, or when {@code training.stopOn} says),
 *     or null for no such rule
 * @param stopPatience consecutive evaluations that must reach {@code stopAccuracy}; null exactly if that is null
 */
public record EvaluationConfig(
        @AlsoCalled({"eval_interval", "eval_steps", "eval_every"}) @Range(min = 1)
        int every,

        @Range(min = 0, max = 1) double grokAccuracy,
        @Range(min = 1) int grokPatience,
        @MayBeNull @Range(min = 0, max = 1) Double stopAccuracy,
        @MayBeNull @Range(min = 1) Integer stopPatience) {
    public EvaluationConfig {
        if ((stopAccuracy == null) != (stopPatience == null)) {
            throw new IllegalArgumentException("stopAccuracy and stopPatience go together: set both or neither");
        }
    }
}
