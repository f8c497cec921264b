package dev.spectraledge.trainer.warning;

/** So many steps have gone by since a number first reached a level. */
final class TimeAfter implements Rule {
    private static final long NEVER = -1;

    private final double level;
    private final long steps;
    private long reached = NEVER;
    private long passed;

    TimeAfter(double level, long steps) {
        this.level = level;
        this.steps = steps;
    }

    @Override
    public boolean met(long step, double value) {
        if (reached == NEVER && value >= level) {
            reached = step;
        }
        passed = step - reached;
        return reached != NEVER && passed >= steps;
    }

    @Override
    public double severity() {
        return reached == NEVER ? Double.NEGATIVE_INFINITY : passed;
    }

    @Override
    public String comparison() {
        return steps + " steps after step " + reached;
    }
}
