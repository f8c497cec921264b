package dev.spectraledge.analysis.checkpoint;

import java.util.OptionalDouble;
import java.util.SequencedMap;

/** An optimiser's state as it was saved, which is understood only when somebody asks for it. */
interface OptimizerSource {
    /** η, if it is one for all parameters. */
    OptionalDouble learningRate();

    /** ω of the parameters that decay, if it is one; 0 if none does. */
    OptionalDouble weightDecay();

    /**
     * The moments by the names of parameters.
     *
     * @param tensors of the model, by the names of {@link Checkpoint#tensors()}
     * @param ordered whether they stand in the order of the model, in which PyTorch numbers parameters
     * @throws dev.spectraledge.trainer.RunException with a sentence if it is not Adam's, or parameters cannot be told apart
     */
    OptimizerState read(SequencedMap<String, StoredTensor> tensors, boolean ordered);
}
