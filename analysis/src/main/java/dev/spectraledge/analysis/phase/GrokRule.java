package dev.spectraledge.analysis.phase;

import java.util.OptionalLong;

/** When a model counts as having grokked; the papers use several rules (Lifecycle §3.2), and they differ by a factor of ten. */
public enum GrokRule {
    FIRST_95("first-95", 0.95, 1),
    /** Ours: a single evaluation may be luck. */
    SUSTAINED_95("sustained-95", 0.95, 3),
    SUSTAINED_98("sustained-98", 0.98, 3),
    FIRST_99("first-99", 0.99, 1);

    private final String key;
    private final double accuracy;
    private final int patience;

    GrokRule(String key, double accuracy, int patience) {
        this.key = key;
        this.accuracy = accuracy;
        this.patience = patience;
    }

    /** In items of findings. */
    public String key() {
        return key;
    }

    /** Test accuracy that an evaluation must reach. */
    public double accuracy() {
        return accuracy;
    }

    /** The first of as many evaluations in a row as the rule asks for. */
    public OptionalLong step(double[] steps, double[] accuracies) {
        return SustainedAccuracy.first(steps, accuracies, accuracy, patience);
    }
}
