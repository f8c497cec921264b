package dev.spectraledge.trainer.config;

import dev.spectraledge.trainer.key.AlsoCalled;
import dev.spectraledge.trainer.key.DefaultValue;
import dev.spectraledge.trainer.key.LeftOutByDefault;
import dev.spectraledge.trainer.key.MayBeNull;
import dev.spectraledge.trainer.key.PerRun;
import dev.spectraledge.trainer.key.Range;

/**
 * When the model is evaluated and what the results mean. Evaluated are step 1 and every multiple of {@code every}.
 *
 * @param every steps between evaluations
 * @param grokAccuracy test accuracy at which the model counts as having grokked, or null where nobody asks for that
 * @param grokPatience consecutive evaluations that must reach it; the first of them is the grok step. Null exactly if
 *     {@code grokAccuracy} is.
 * @param stopAccuracy test accuracy at which training ends early (at once, or when {@code training.stopOn} says),
 *     or null for no such rule
 * @param stopPatience consecutive evaluations that must reach {@code stopAccuracy}; null exactly if that is null
 * @param tokens about so many tokens of the training set and of the test set are looked at, a sample that is the same for
 *     all runs; null for all of them
 * @param defectEvery steps between measurements of the commutator defect; null for none
 * @param curvatureEvery steps between measurements of the curvature along the gradient; null for none
 * @param attentionEvery steps between measurements of the entropy of attention; null for none
 */
public record EvaluationConfig(
        @AlsoCalled({"eval_interval", "eval_steps", "eval_every"}) @PerRun @Range(min = 1)
        int every,

        @MayBeNull @PerRun @Range(min = 0, max = 1) Double grokAccuracy,
        @MayBeNull @PerRun @Range(min = 1) Integer grokPatience,
        @MayBeNull @PerRun @Range(min = 0, max = 1) Double stopAccuracy,
        @MayBeNull @PerRun @Range(min = 1) Integer stopPatience,

        @AlsoCalled({"eval_iters", "eval_tokens", "max_eval_samples"})
        @DefaultValue("null")
        @LeftOutByDefault
        @MayBeNull
        @Range(min = 1)
        Long tokens,

        @DefaultValue("null") @LeftOutByDefault @MayBeNull @Range(min = 1)
        Integer defectEvery,

        @DefaultValue("null") @LeftOutByDefault @MayBeNull @Range(min = 1)
        Integer curvatureEvery,

        @DefaultValue("null") @LeftOutByDefault @MayBeNull @Range(min = 1)
        Integer attentionEvery) {
    public EvaluationConfig {
        if ((grokAccuracy == null) != (grokPatience == null)) {
            throw new IllegalArgumentException("grokAccuracy and grokPatience go together: set both or neither");
        }
        if ((stopAccuracy == null) != (stopPatience == null)) {
            throw new IllegalArgumentException("stopAccuracy and stopPatience go together: set both or neither");
        }
    }
}
