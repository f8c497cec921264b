package dev.spectraledge.trainer.warning;

/** One detector at work on one run: it fires at most once, in the first row in which its rule is met. */
public final class Detector {
    private final DetectorRule description;
    private final Rule rule;
    private boolean fired;
    private double severity = Double.NEGATIVE_INFINITY;
    private String comparison = "";

    Detector(DetectorRule description, Rule rule) {
        this.description = description;
        this.rule = rule;
    }

    /** What it looks at, and by which rule. */
    public DetectorRule rule() {
        return description;
    }

    /**
     * Takes the next row; a missing number, NaN, is passed over.
     *
     * @return whether the detector fires in this row
     */
    public boolean see(long step, double value) {
        if (Double.isNaN(value)) {
            return false;
        }
        boolean fires = rule.met(step, value) && !fired;
        severity = Math.max(severity, rule.severity());
        if (fires) {
            fired = true;
            comparison = rule.comparison();
        }
        return fires;
    }

    /**
     * How alarming the number has been at most so far: the bound that it would have passed. It never falls, and is negatively
     * infinite before the first row of which the rule can say something.
     */
    public double severity() {
        return severity;
    }

    /** The same of the last row alone. */
    public double latestSeverity() {
        return rule.severity();
    }

    /** What the rule compared when the detector fired, for people. */
    public String detail() {
        return description.column() + " " + comparison + description.duration();
    }
}
