package dev.spectraledge.trainer.config;

import dev.spectraledge.kernels.LossGradient;
import dev.spectraledge.trainer.data.Batching;
import dev.spectraledge.trainer.key.AlsoCalled;
import dev.spectraledge.trainer.key.DefaultValue;
import dev.spectraledge.trainer.key.LeftOutByDefault;
import dev.spectraledge.trainer.key.MayBeNull;
import dev.spectraledge.trainer.key.PerRun;
import dev.spectraledge.trainer.key.Range;
import dev.spectraledge.trainer.key.ToldByData;
import dev.spectraledge.trainer.optimizer.DecayedParameters;
import java.nio.file.Path;

/**
 * How the model is trained.
 *
 * @param seed seed of the initial weights and of the batches
 * @param randomStream which numbers that seed stands for
 * @param steps most steps that are taken
 * @param batchSize sequences drawn per step, with replacement; of each of its batches where there are several
 * @param accumulation batches whose gradients are added up for a step, which is that of one batch as large as all of them
 * @param learningRate η, the largest that the schedule reaches
 * @param learningRateSchedule what the learning rate does after the warm-up
 * @param warmUpSteps steps over which the learning rate rises from 0 on a straight line
 * @param cosineSteps step at which the cosine ends, or null for {@code steps}
 * @param learningRateFloor share of {@code learningRate} below which the cosine does not take it
 * @param weightDecay ω; each step subtracts ηωθ, or as Adam couples it
 * @param decayed which parameters weight decay acts on: {@code all}; {@code matrices}, with embeddings, but without biases and
 *     norms; or a regular expression that is found in their names
 * @param weightDecayChange last step with {@code weightDecay}, or null if it stays. Where that is after an event, the
 *     change comes no earlier than the evaluation that shows the event.
 * @param finalWeightDecay weight decay after the change; null exactly if there is none
 * @param weightDecayRamp steps over which it changes, on a straight line; 0 for at once
 * @param shiftAfter last step before something changes for good, which is the event {@code task_shift}; null for never
 * @param shiftedLearningRate learning rate of all steps after the shift, whatever the schedule says; null if that goes on
 * @param shiftedBatchSize {@code batchSize} after the shift; null if it stays
 * @param freshOptimizer whether the optimiser begins anew after the shift: its moments and its count of steps are zero
 * @param beta1 decay rate of AdamW's first moment
 * @param beta2 decay rate of AdamW's second moment
 * @param epsilon added to the root of AdamW's second moment
 * @param clip largest global gradient norm, or null for none
 * @param optimizer how gradients become updates
 * @param momentum of SGD
 * @param nesterov whether SGD's momentum looks ahead
 * @param muon what concerns Muon alone
 * @param stopOn training ends at this step, or never early if null; {@code stop_accuracy}, which ends training by itself,
 *     does so only at the step that is named here
 * @param batching layout of the batches
 * @param precision element type of the computation
 * @param lossGradient how the derivative of the loss by the target's logit is computed
 * @param initialWeights safetensors file with PyTorch's names, or a folder with a model of Hugging Face's, or null to draw
 *     them
 * @param data safetensors file with train_x, train_y, test_x and test_y, or null to generate them
 * @param dataHash of that file, which must be the same when a run goes on; null until it has begun
 * @param batches safetensors file with batch_idx, one row of training indices per step, or null to draw them
 * @param attentionGradientRank directions to which the gradient of the attention matrices is confined, 0 for none of them, or
 *     null where it is left as it is; the gradient is clipped by the norm that it had
 * @param attentionGradientDirections which these are: drawn at random once, or the edge of the last 20 gradients
 * @param trace whether trace.csv records loss and gradient norm of every step
 * @param logitGradients whether metrics.csv records what the derivatives by the logits of each evaluated step's batch are like
 */
public record TrainingConfig(
        @AlsoCalled({"random_seed", "manual_seed"}) @Range(min = 0) @PerRun
        long seed,

        @DefaultValue("philox") RandomStream randomStream,

        @AlsoCalled({"max_steps", "max_iters", "num_steps", "iterations"}) @Range(min = 0) @PerRun
        long steps,

        @AlsoCalled("batch") @Range(min = 1) int batchSize,

        @AlsoCalled({"gradient_accumulation_steps", "accumulate_grad_batches", "grad_accum"})
        @DefaultValue("1")
        @LeftOutByDefault
        @Range(min = 1)
        int accumulation,

        @Range(min = 0, aboveMin = true) @PerRun double learningRate,

        @AlsoCalled({"scheduler", "lr_scheduler", "lr_schedule"}) @PerRun
        LearningRateSchedule learningRateSchedule,

        @AlsoCalled({"warmup", "warmup_iters"}) @Range(min = 0) @PerRun
        long warmUpSteps,

        @MayBeNull @Range(min = 1) @PerRun Long cosineSteps,
        @Range(min = 0, max = 1) @PerRun double learningRateFloor,
        @Range(min = 0) @PerRun double weightDecay,

        @AlsoCalled({"decay_groups", "decay_mask", "weight_decay_mask"}) @DefaultValue("all") @LeftOutByDefault
        String decayed,

        @MayBeNull @PerRun StepOrEvent weightDecayChange,
        @MayBeNull @Range(min = 0) @PerRun Double finalWeightDecay,
        @Range(min = 0) @PerRun long weightDecayRamp,

        @DefaultValue("null") @LeftOutByDefault @MayBeNull @Range(min = 1)
        Long shiftAfter,

        @DefaultValue("null") @LeftOutByDefault @MayBeNull @Range(min = 0, aboveMin = true)
        Double shiftedLearningRate,

        @DefaultValue("null") @LeftOutByDefault @MayBeNull @Range(min = 1)
        Integer shiftedBatchSize,

        @DefaultValue("false") @LeftOutByDefault boolean freshOptimizer,

        @Range(min = 0, max = 1, belowMax = true) @PerRun double beta1,
        @Range(min = 0, max = 1, belowMax = true) @PerRun double beta2,

        @AlsoCalled("eps") @Range(min = 0, aboveMin = true) @PerRun
        double epsilon,

        @AlsoCalled({"grad_clip", "max_grad_norm", "clip_grad_norm"})
        @MayBeNull
        @Range(min = 0, aboveMin = true)
        @PerRun
        Double clip,

        @AlsoCalled("optim") Optimizer optimizer,
        @Range(min = 0, max = 1, belowMax = true) @PerRun double momentum,
        boolean nesterov,
        MuonConfig muon,
        @MayBeNull @PerRun StepOrEvent stopOn,
        Batching batching,
        @AlsoCalled("dtype") Precision precision,
        @DefaultValue("accurate") LossGradient lossGradient,
        @MayBeNull Path initialWeights,
        @MayBeNull Path data,

        @DefaultValue("null") @LeftOutByDefault @MayBeNull @ToldByData
        String dataHash,

        @MayBeNull Path batches,

        @DefaultValue("null") @LeftOutByDefault @MayBeNull @Range(min = 0, max = 64)
        Integer attentionGradientRank,

        @DefaultValue("random") @LeftOutByDefault GradientDirections attentionGradientDirections,
        @PerRun boolean trace,

        @DefaultValue("false") @LeftOutByDefault @PerRun boolean logitGradients) {
    public TrainingConfig {
        requireForm(decayed);
        if (momentum > 0 && optimizer != Optimizer.SGD) {
            throw new IllegalArgumentException("momentum (" + momentum + ") needs optimizer sgd"
                    + (optimizer == Optimizer.MUON ? "; that of Muon is muon.momentum" : ""));
        }
        if (nesterov && momentum == 0) {
            throw new IllegalArgumentException("nesterov needs a momentum greater than 0");
        }
        boolean cosine = learningRateSchedule == LearningRateSchedule.COSINE;
        if (!cosine && (cosineSteps != null || learningRateFloor > 0)) {
            throw new IllegalArgumentException("cosineSteps and learningRateFloor need learningRateSchedule cosine");
        }
        if (cosine && cosineSteps != null && cosineSteps <= warmUpSteps) {
            throw new IllegalArgumentException("the cosine ends at step " + cosineSteps
                    + " (cosineSteps), which must be after the warm-up of " + warmUpSteps + " steps (warmUpSteps)");
        }
        if ((weightDecayChange == null) != (finalWeightDecay == null)) {
            throw new IllegalArgumentException(
                    "weightDecayChange and finalWeightDecay go together: set both or neither");
        }
        if (weightDecayRamp > 0 && weightDecayChange == null) {
            throw new IllegalArgumentException("weightDecayRamp (" + weightDecayRamp + ") needs a weightDecayChange");
        }
        if (shiftAfter == null && (shiftedLearningRate != null || shiftedBatchSize != null || freshOptimizer)) {
            throw new IllegalArgumentException(
                    "shiftedLearningRate, shiftedBatchSize and freshOptimizer need shiftAfter,"
                            + " the last step before the shift");
        }
        if (attentionGradientDirections == GradientDirections.EDGE
                && (attentionGradientRank == null
                        || attentionGradientRank == 0
                        || attentionGradientRank > GradientDirections.WINDOW)) {
            throw new IllegalArgumentException(
                    "attentionGradientDirections edge needs attentionGradientRank, from 1 to "
                            + GradientDirections.WINDOW + ", not " + attentionGradientRank);
        }
        if (shiftedBatchSize != null && (batches != null || randomStream == RandomStream.PYTORCH)) {
            throw new IllegalArgumentException(
                    "shiftedBatchSize needs batches that the program draws: batches null and randomStream " + "philox");
        }
    }

    /** The largest {@code batchSize} of any step. */
    int largestBatchSize() {
        return shiftedBatchSize == null ? batchSize : Math.max(batchSize, shiftedBatchSize);
    }

    /** Whether the batches of steps after {@link #shiftAfter} are of another size. */
    public boolean shiftsBatches() {
        return shiftedBatchSize != null && shiftedBatchSize != batchSize;
    }

    private static void requireForm(String decayed) {
        try {
            DecayedParameters.of(decayed);
        } catch (IllegalArgumentException malformed) {
            throw new IllegalArgumentException("decayed " + malformed.getMessage(), malformed);
        }
    }
}
