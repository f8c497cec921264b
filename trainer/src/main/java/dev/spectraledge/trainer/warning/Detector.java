package dev.spectraledge.trainer.warning;

/** One detector at work on one run: it fires at most once, in the first row in which its rule is met. */
public final class Detector {
    private final DetectorRule description;
    private final Rule rule;
    private boolean fired;

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
        if (fired || Double.isNaN(value)) {
            return false;
        }
        fired = rule.met(step, value);
        return fired;
    }

    /** What the rule compared when the detector fired, for people. */
    public String detail() {
        return description.column() + " " + rule.comparison() + description.duration();
    }
}
