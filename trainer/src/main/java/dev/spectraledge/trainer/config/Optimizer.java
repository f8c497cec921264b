package dev.spectraledge.trainer.config;

import dev.spectraledge.trainer.ParameterGroup;
import dev.spectraledge.trainer.ParameterSubset;

/** How gradients become updates. */
public enum Optimizer {
    /** AdamW with decoupled weight decay (Loshchilov and Hutter 2019). */
    ADAMW,
    /** Adam with weight decay coupled through the gradient, PyTorch's {@code torch.optim.Adam} (Kingma and Ba 2015). */
    ADAM,
    /** Stochastic gradient descent with decoupled weight decay, optional momentum and Nesterov's form of it. */
    SGD,
    /** Muon for the matrices inside the blocks, AdamW for the rest (Jordan et al. 2024). */
    MUON;

    /** Whether the decay part of a step is −ηωθ with some η and ω for each decayed parameter. */
    public boolean isDecoupled() {
        return this != ADAM;
    }

    /** Whether the decay part of a step is −ηωθ, with one η and ω in each run, for all decayed parameters of the subset. */
    public boolean decaysInProportion(ParameterSubset subset) {
        return switch (this) {
            case ADAMW, SGD -> true;
            case ADAM -> false;
            case MUON -> !subset.groups().contains(ParameterGroup.OTHER);
        };
    }
}
