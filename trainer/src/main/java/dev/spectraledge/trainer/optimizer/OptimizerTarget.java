package dev.spectraledge.trainer.optimizer;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.Workers;
import dev.spectraledge.trainer.model.ParameterLayout;
import dev.spectraledge.trainer.model.Parameters;

/**
 * What an optimiser works on.
 *
 * @param parameters θ
 * @param gradients of the whole batch
 * @param stretch steps that are staged at once, at most
 * @param decayPart {@code [S, n]} accumulator of Δθ_decay for the first n parameters, or null where nobody watches
 * @param decayed which parameters weight decay acts on
 */
public record OptimizerTarget(
        Backend backend,
        MemoryOwner owner,
        Workers workers,
        Parameters parameters,
        Parameters gradients,
        int stretch,
        Tensor decayPart,
        DecayedParameters decayed) {
    /** Weight decay acts on all parameters. */
    public OptimizerTarget(
            Backend backend,
            MemoryOwner owner,
            Workers workers,
            Parameters parameters,
            Parameters gradients,
            int stretch,
            Tensor decayPart) {
        this(backend, owner, workers, parameters, gradients, stretch, decayPart, DecayedParameters.ALL);
    }

    /** The same, where weight decay acts on some parameters. */
    public OptimizerTarget decaying(DecayedParameters some) {
        return new OptimizerTarget(backend, owner, workers, parameters, gradients, stretch, decayPart, some);
    }

    int runs() {
        return Math.toIntExact(parameters.flat().size(0));
    }

    long size() {
        return parameters.flat().size(1);
    }

    /** How many of the first parameters somebody watches. */
    long watched() {
        return decayPart == null ? 0 : decayPart.size(1);
    }

    /** Zeros for some of the parameters, of the same type. */
    Parameters moment(ParameterLayout layout) {
        return Parameters.allocate(backend, owner, parameters.flat().type(), runs(), layout);
    }
}
