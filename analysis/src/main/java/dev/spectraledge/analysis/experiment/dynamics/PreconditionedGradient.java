package dev.spectraledge.analysis.experiment.dynamics;

import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.ParameterGroup;
import dev.spectraledge.trainer.ParameterSubset;
import dev.spectraledge.trainer.config.Optimizer;
import dev.spectraledge.trainer.config.TrainingConfig;
import dev.spectraledge.trainer.io.SafetensorsFile;
import dev.spectraledge.trainer.model.ParameterSpec;
import java.nio.file.Path;

/** A gradient of θ_A as AdamW takes it: divided by √v̂ + ε, with the second moment that was kept with a snapshot. */
final class PreconditionedGradient {
    private PreconditionedGradient() {}

    /** Whether the run kept at this step what its optimiser divides gradients by. */
    static boolean isKnown(StudiedRun run, long step) {
        return step > 0
                && run.config().training().optimizer() == Optimizer.ADAMW
                && run.optimizerState(step).isPresent();
    }

    /** Divides {@code gradient [1, p]} in place. */
    static void precondition(StudiedRun run, long step, Tensor gradient) {
        TrainingConfig training = run.config().training();
        double correction = 1 - Math.pow(training.beta2(), (double) step);
        Path state = run.optimizerState(step).orElseThrow();
        try (MemoryOwner scratch = MemoryOwner.open("second moment");
                SafetensorsFile tensors = SafetensorsFile.open(state)) {
            Tensor moment = run.backend()
                    .allocate(scratch, DType.FLOAT64, 1, run.layout().size(ParameterSubset.ATTENTION));
            for (ParameterSpec spec : run.layout().specs()) {
                if (spec.group() == ParameterGroup.ATTENTION) {
                    Tensor part = moment.viewPerRun(run.layout().offset(spec.name()), spec.shape())
                            .at(0);
                    tensors.copyTo("exp_avg_sq." + spec.name(), part);
                }
            }
            for (long index = 0; index < gradient.size(1); index++) {
                double scale = Math.sqrt(moment.get(0, index) / correction) + training.epsilon();
                gradient.set(gradient.get(0, index) / scale, 0, index);
            }
        }
    }
}
