package dev.spectraledge.analysis.statistic;

/**
 * Whether values grow in the order in which they stand: Kendall's rank correlation τ_b with that order, and how rarely it is as
 * large among all orders of the same values, so that the test is exact, equal values included (Mann 1945). One-sided.
 *
 * @param tau from −1 to 1; 0 where all values are equal
 * @param probability of a τ at least as large in a random order
 */
public record KendallTrend(double tau, double probability) {
    private static final int FEWEST = 3;
    /** The orders of more are too many to look at all of them. */
    private static final int MOST = 8;

    /**
     * Of values in their order.
     *
     * @param values from 3 to 8
     */
    public static KendallTrend of(double[] values) {
        if (values.length < FEWEST || values.length > MOST) {
            throw new IllegalArgumentException(
                    "a trend is of " + FEWEST + " to " + MOST + " values, got " + values.length);
        }
        int pairs = values.length * (values.length - 1) / 2;
        int untied = 0;
        for (int later = 1; later < values.length; later++) {
            for (int earlier = 0; earlier < later; earlier++) {
                untied += values[later] == values[earlier] ? 0 : 1;
            }
        }
        int observed = score(values);
        Orders orders = new Orders(values, observed);
        orders.count(0);
        return new KendallTrend(
                untied == 0 ? 0 : observed / Math.sqrt((double) pairs * untied), (double) orders.asLarge / orders.all);
    }

    /** Pairs that grow less those that fall. */
    private static int score(double[] values) {
        int score = 0;
        for (int later = 1; later < values.length; later++) {
            for (int earlier = 0; earlier < later; earlier++) {
                score += Double.compare(values[later], values[earlier]);
            }
        }
        return score;
    }

    private static final class Orders {
        private final double[] values;
        private final int observed;
        private long all;
        private long asLarge;

        private Orders(double[] values, int observed) {
            this.values = values.clone();
            this.observed = observed;
        }

        /** All orders of the values from some place on. */
        private void count(int place) {
            if (place == values.length) {
                all++;
                asLarge += score(values) >= observed ? 1 : 0;
                return;
            }
            for (int chosen = place; chosen < values.length; chosen++) {
                swap(place, chosen);
                count(place + 1);
                swap(place, chosen);
            }
        }

        private void swap(int one, int other) {
            double kept = values[one];
            values[one] = values[other];
            values[other] = kept;
        }
    }
}
