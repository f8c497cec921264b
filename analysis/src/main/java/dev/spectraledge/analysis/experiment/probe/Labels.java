package dev.spectraledge.analysis.experiment.probe;

import dev.spectraledge.analysis.experiment.HiddenStates;
import java.util.Arrays;

/** What is read from hidden states. */
public final class Labels {
    private Labels() {}

    /** The model's own target, as a number: the depth in Dyck. */
    public static double[] targets(HiddenStates states) {
        return Arrays.stream(states.target()).asDoubleStream().toArray();
    }
}
