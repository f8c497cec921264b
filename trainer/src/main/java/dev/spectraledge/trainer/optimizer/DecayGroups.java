package dev.spectraledge.trainer.optimizer;

import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.ParameterSubset;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The hyperparameters of one rule, for the parameters that weight decay acts on and for those that it does not. */
final class DecayGroups {
    private final Hyperparameters decayed;
    /** The same but for weight decay, which is 0; null where it acts on everything. */
    private final Hyperparameters others;
    /** {@link DecayedParameters#factor} of each subset. */
    private final Map<ParameterSubset, Double> factors = new EnumMap<>(ParameterSubset.class);

    /**
     * Fills the tables.
     *
     * @param settings one per run
     * @param adam see {@link Hyperparameters#of}
     */
    DecayGroups(OptimizerTarget target, List<OptimizerSettings> settings, boolean adam) {
        decayed = Hyperparameters.of(target, settings, adam);
        others = target.decayed().depends()
                ? Hyperparameters.of(
                        target,
                        settings.stream()
                                .map(OptimizerSettings::withoutWeightDecay)
                                .toList(),
                        adam)
                : null;
        for (ParameterSubset subset : ParameterSubset.values()) {
            factors.put(subset, target.decayed().factor(target.parameters().layout(), subset));
        }
    }

    /** FLOAT64 {@code [S, HYPERPARAMETERS]} of the backend. */
    Tensor table(boolean decays) {
        return (decays ? decayed : others).table();
    }

    void stage(long firstStep, int count) {
        decayed.stage(firstStep, count);
        if (others != null) {
            others.stage(firstStep, count);
        }
    }

    void begin(Tensor squares) {
        decayed.begin(squares);
        if (others != null) {
            others.begin(squares);
        }
    }

    void deactivate(int run) {
        decayed.deactivate(run);
        if (others != null) {
            others.deactivate(run);
        }
    }

    /** Of one run, for what weight decay acts on. */
    Schedule schedule(int run) {
        return decayed.schedule(run);
    }

    /** ηω of a run in a step as it acts on a subset: 0 if on none of it, NaN if on some of it only. */
    double decayRate(int run, ParameterSubset subset, long step) {
        return spares(subset) ? 0 : factors.get(subset) * schedule(run).decayRate(step);
    }

    /** Whether weight decay acts on nothing of a subset. */
    boolean spares(ParameterSubset subset) {
        return factors.get(subset) == 0;
    }
}
