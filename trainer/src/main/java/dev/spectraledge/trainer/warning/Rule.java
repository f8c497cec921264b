package dev.spectraledge.trainer.warning;

/**
 * Looks at one number of one run, row by row, and knows nothing of later rows. Allocates nothing after construction. A
 * missing number never reaches a rule.
 */
interface Rule {
    /**
     * Takes the next row.
     *
     * @return whether the rule is met in this row
     */
    boolean met(long step, double value);

    /**
     * How far the rule has come to being met in the last row: the bound that it would have passed. It is negatively infinite
     * where nothing can be said yet.
     */
    double severity();

    /** What was compared in the last row, for people: {@code 0.021 < 0.5 × 0.094}. */
    String comparison();
}
