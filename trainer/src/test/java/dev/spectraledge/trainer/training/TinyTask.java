package dev.spectraledge.trainer.training;

import dev.spectraledge.kernels.DType;
import dev.spectraledge.trainer.data.Batching;
import dev.spectraledge.trainer.step.TrainingSetup;

/**
 * The kinds of training that a trainer must be able to do: labelled tokens, labelled sequences with several objectives, and
 * answers to sources.
 */
public enum TinyTask {
    DYCK,
    MODULAR,
    SCAN;

    public TrainingSetup setup(DType precision, Batching batching, long... seeds) {
        return switch (this) {
            case DYCK -> TinySetup.setup(precision, batching, seeds);
            case MODULAR -> TinySetup.modular(precision, batching, seeds);
            case SCAN -> TinySetup.scan(precision, batching, seeds);
        };
    }
}
