package dev.spectraledge.trainer.warning;

/** The kurtosis m₄/m₂² of a number in the last rows is above a level; that of normal numbers is 3. */
final class Kurtosis extends Streak {
    private static final int FEWEST = 4;

    private final double level;
    private final double[] trail;
    private long seen;
    private double latest = Double.NaN;

    /** @param trail rows of which the moments are taken, the last one among them */
    Kurtosis(double level, int trail, int rows) {
        super(level, rows);
        if (trail < FEWEST) {
            throw new IllegalArgumentException("a kurtosis is of at least " + FEWEST + " rows, not of " + trail);
        }
        this.level = level;
        this.trail = new double[trail];
    }

    @Override
    double margin(double value) {
        trail[(int) (seen++ % trail.length)] = value;
        if (seen < trail.length) {
            return Double.NEGATIVE_INFINITY;
        }
        double mean = 0;
        for (double each : trail) {
            mean += each / trail.length;
        }
        double second = 0;
        double fourth = 0;
        for (double each : trail) {
            double square = (each - mean) * (each - mean);
            second += square;
            fourth += square * square;
        }
        latest = trail.length * fourth / (second * second);
        return second > 0 ? latest : Double.NEGATIVE_INFINITY;
    }

    @Override
    public String comparison() {
        return "kurtosis " + Comparison.of(latest, ">", level);
    }
}
