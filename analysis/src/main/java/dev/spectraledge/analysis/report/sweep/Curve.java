package dev.spectraledge.analysis.report.sweep;

/**
 * A column of metrics by step.
 *
 * @param steps ascending
 * @param values as many
 * @param thinned whether rows of the table were left out
 */
record Curve(double[] steps, double[] values, boolean thinned) {
    /** Far more than a panel has pixels, and little enough that all panels fit in memory. */
    static final int MOST_POINTS = 4096;

    static final Curve NONE = new Curve(new double[0], new double[0], false);

    /** Of a long table every k-th row and the last, with the smallest k that leaves {@link #MOST_POINTS}. */
    static Curve of(double[] steps, double[] values) {
        int every = Math.ceilDiv(steps.length, MOST_POINTS);
        if (every <= 1) {
            return new Curve(steps, values, false);
        }
        int kept = Math.ceilDiv(steps.length, every);
        boolean lastKept = (kept - 1) * every == steps.length - 1;
        double[] someSteps = new double[lastKept ? kept : kept + 1];
        double[] someValues = new double[someSteps.length];
        for (int i = 0; i < someSteps.length; i++) {
            int row = Math.min(i * every, steps.length - 1);
            someSteps[i] = steps[row];
            someValues[i] = values[row];
        }
        return new Curve(someSteps, someValues, true);
    }

    boolean isEmpty() {
        return steps.length == 0;
    }
}
