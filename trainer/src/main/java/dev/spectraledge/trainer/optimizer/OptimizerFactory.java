package dev.spectraledge.trainer.optimizer;

import java.util.List;

/** Makes the optimiser of S runs. */
@FunctionalInterface
public interface OptimizerFactory {
    /**
     * Makes it.
     *
     * @param settings one per run
     */
    Optimizer create(OptimizerTarget target, List<OptimizerSettings> settings);
}
