package dev.spectraledge.analysis.experiment.dynamics;

import dev.spectraledge.kernels.LossGradient;
import dev.spectraledge.trainer.config.Precision;
import dev.spectraledge.trainer.config.TrainingConfig;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** How a training computes the derivative of its loss, as far as that can lose the part of the right class. */
enum SpikeArm {
    /** The derivative as published: 0 once p rounds to 1 in single precision. */
    ROUNDED("float32-rounded", Precision.FLOAT32, LossGradient.ROUNDED),
    /** The same single precision, but no p is rounded. */
    ACCURATE("float32-accurate", Precision.FLOAT32, LossGradient.ACCURATE),
    /** Single precision but for the loss and its derivative by the logits. */
    DOUBLE_LOSS("float64-loss", Precision.FLOAT32, LossGradient.ROUNDED_DOUBLE),
    /** Everything in double precision, derivative as published. */
    DOUBLE("float64", Precision.FLOAT64, LossGradient.ROUNDED);

    private final String key;
    private final Precision precision;
    private final LossGradient lossGradient;

    SpikeArm(String key, Precision precision, LossGradient lossGradient) {
        this.key = key;
        this.precision = precision;
        this.lossGradient = lossGradient;
    }

    /** In findings. */
    String key() {
        return key;
    }

    /** Those in which rounding to single precision cannot make a derivative 0. */
    static List<SpikeArm> unrounded() {
        return List.of(ACCURATE, DOUBLE_LOSS, DOUBLE);
    }

    static Optional<SpikeArm> of(TrainingConfig training) {
        return Arrays.stream(values())
                .filter(arm -> arm.precision == training.precision() && arm.lossGradient == training.lossGradient())
                .findFirst();
    }
}
