package dev.spectraledge.analysis.phase;

import java.util.List;
import java.util.OptionalLong;

/** When a model counts as having grokked; the papers use several rules (Lifecycle §3.2, thesis §5.3), and they differ by a factor of ten. */
public enum GrokRule {
    FIRST_50("first-50", 0.5, 1),
    FIRST_90("first-90", 0.9, 1),
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

    /** Those that the Lifecycle's text and figures use, which all ask for an accuracy that lasts. */
    public static List<GrokRule> strict() {
        return List.of(FIRST_95, SUSTAINED_95, SUSTAINED_98, FIRST_99);
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
