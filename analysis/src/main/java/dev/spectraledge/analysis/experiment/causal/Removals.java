package dev.spectraledge.analysis.experiment.causal;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.step.StepIntervention;

/** Takes away from θ_A, before each step, as much along a direction as another training has lost along its own. */
final class Removals implements StepIntervention {
    private final Backend backend;
    private final Tensor direction;
    private final long start;
    private final double[] amounts;
    private Tensor weights;
    private Tensor part;

    /**
     * Acts in the steps after {@code start}.
     *
     * @param direction a unit vector {@code [1, p]}
     * @param amounts by step
     */
    Removals(Backend backend, MemoryOwner owner, DType type, Tensor direction, long start, double[] amounts) {
        this.backend = backend;
        this.direction = backend.allocate(owner, type, direction.shape());
        backend.copy(direction, this.direction);
        this.start = start;
        this.amounts = amounts.clone();
    }

    @Override
    public void intervene(int run, long step, Tensor parameters, Tensor gradient) {
        if (weights != parameters) {
            weights = parameters;
            part = parameters.slice(1, 0, direction.size(1));
        }
        double amount = amounts[(int) (step - start - 1)];
        if (amount != 0) {
            backend.axpy(-amount, direction, part);
        }
    }
}
