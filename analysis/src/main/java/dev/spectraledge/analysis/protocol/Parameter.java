package dev.spectraledge.analysis.protocol;

import java.util.Locale;

/** What a row of the protocol may choose. */
public enum Parameter {
    /** Says only that the experiment is asked of the task. */
    APPLIES("yes"),
    /** Steps between the snapshots that one update spans. */
    CADENCE("\\d+"),
    /** The same of runs that learn several tasks at once. */
    SEVERAL_TASKS_CADENCE("\\d+"),
    /** The same for tasks without a cadence: what is advised to who trains a run again, for more snapshots. */
    ADVISED_CADENCE("\\d+"),
    /** Steps between the snapshots of a run that the paper looks at more closely. */
    DENSE_CADENCE("\\d+"),
    /** Updates of a window. */
    WINDOW("\\d+"),
    /** Sequences of the data set that are looked at, the first ones. */
    SEQUENCES("\\d+"),
    /** The same, of the attention's entropy. */
    ATTENTION_SEQUENCES("\\d+"),
    /** The same, where weights are removed. */
    REMOVAL_SEQUENCES("\\d+"),
    /** Random draws of a null. */
    DRAWS("\\d+"),
    /** Snapshots or windows that are looked at, at most. */
    RECORDS("\\d+"),
    /** Trainings that nothing is done to. */
    UNDISTURBED("\\d+"),
    /** Trainings of each condition. */
    TRAININGS("\\d+"),
    /** Measurements at each snapshot, of which the median counts. */
    REPETITIONS("\\d+"),
    /** The same of the controls. */
    CONTROL_REPETITIONS("\\d+"),
    /** Norms of single pushes, as multiples of that of a step of gradient descent. */
    KICKS("\\d+( \\d+)*"),
    /** The same of pushes that are repeated. */
    SUSTAINED_KICKS("\\d+( \\d+)*"),
    /** Norms of noise. */
    NOISES("0\\.\\d+( 0\\.\\d+)*"),
    /** Test accuracy of an early stop. */
    STOP_ACCURACY("0\\.\\d+"),
    /** Evaluations in a row that an early stop waits for. */
    STOP_PATIENCE("\\d+"),
    /** Published steps. */
    STEPS("\\d+( \\d+)*"),
    /** Those of the published steps at which the controls are made. */
    CONTROL_STEPS("\\d+( \\d+)*"),
    /** Published steps of the phases before, at and after grokking and late: those of the interventions on weights. */
    PHASES_A("\\d+( \\d+){3}"),
    /** The same of decompositions and functional modes. */
    PHASES_B("\\d+( \\d+){3}"),
    /** The same of probes and geometry, which take the nearest snapshots. */
    PHASES_NEAREST("\\d+( \\d+){3}"),
    /** Which of two published scripts is followed: that for Dyck and SCAN, or that for modular arithmetic. */
    SCRIPT("sequences|modular"),
    /** What a model's targets are: {@code quantity}, read by regression, or {@code class}, read by classification. */
    TARGET("quantity|class");

    private final String values;

    Parameter(String values) {
        this.values = values;
    }

    /** Name in the table. */
    String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    boolean admits(String value) {
        return value.matches(values);
    }
}
