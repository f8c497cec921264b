package dev.spectraledge.trainer.training;

import dev.spectraledge.kernels.DType;
import dev.spectraledge.trainer.data.Batching;

/** The kinds of training that a trainer must be able to do: labelled tokens, and labelled sequences with several objectives. */
enum TinyTask {
    DYCK,
    MODULAR;

    TrainingSetup setup(DType precision, Batching batching, long... seeds) {
        return this == DYCK
                ? TinySetup.setup(precision, batching, seeds)
                : TinySetup.modular(precision, batching, seeds);
    }
}
