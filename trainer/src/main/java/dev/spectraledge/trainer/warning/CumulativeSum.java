package dev.spectraledge.trainer.warning;

/**
 * The one-sided cumulative sum of a number is above a limit: S ← max(0, S + z − k), z being how far the number is above the
 * median of those in the rows before, in standard deviations as their median absolute deviation estimates them (Page 1954).
 * k = 1/2 and the limit 5 are the usual choice (Montgomery, Introduction to Statistical Quality Control, 7th ed., §9.1): a
 * shift by one deviation is found after 10 rows on average, and independent normal numbers, were their median and deviation
 * known, raise an alarm after 938 (Siegmund 1985, §2.6).
 */
final class CumulativeSum extends Streak {
    private final double allowance;
    private final double limit;
    private final MedianWindow trail;
    private double sum;

    /**
     * @param allowance k, in standard deviations
     * @param trail rows before, of which median and deviation are taken
     */
    CumulativeSum(double allowance, double limit, int trail) {
        super(limit, 1);
        this.allowance = allowance;
        this.limit = limit;
        this.trail = new MedianWindow(trail);
    }

    @Override
    double margin(double value) {
        boolean known = trail.isFull();
        if (known) {
            double deviation = trail.scaledDeviation();
            double standardised = deviation > 0 ? (value - trail.median()) / deviation : 0;
            sum = Math.max(0, sum + standardised - allowance);
        }
        trail.add(value);
        return known ? sum : Double.NEGATIVE_INFINITY;
    }

    @Override
    public String comparison() {
        return "cumulative sum " + Comparison.of(sum, ">", limit);
    }
}
