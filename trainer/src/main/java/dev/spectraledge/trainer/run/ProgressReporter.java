package dev.spectraledge.trainer.run;

import java.util.Locale;

/**
 * Tells people how training goes, in a {@link StatusLine}. Makes garbage only when it prints. Used by one thread.
 */
public final class ProgressReporter implements TrainingProgress, AutoCloseable {
    private static final double NANOS_PER_SECOND = 1e9;
    /** Weight of the newest interval in the running mean of the rate. */
    private static final double RATE_RENEWAL = 0.3;

    private final StatusLine line;

    private long totalSteps;
    private long step;
    private long printedStep;
    private long printedNanos;
    private double stepsPerSecond = Double.NaN;
    private double loss = Double.NaN;
    private double trainAccuracy = Double.NaN;
    private double testLoss = Double.NaN;
    private double testAccuracy = Double.NaN;
    private int runs = 1;
    private int grokked;
    private int ended;
    private int edge = -1;
    private double gapRatio = Double.NaN;

    /** Reports on standard error, in the way that suits where it leads. */
    public static ProgressReporter toStandardError(long firstStep, long totalSteps) {
        return new ProgressReporter(StatusLine.onStandardError(), firstStep, totalSteps);
    }

    ProgressReporter(StatusLine line, long firstStep, long totalSteps) {
        this.line = line;
        this.totalSteps = totalSteps;
        this.step = firstStep;
        this.printedStep = firstStep;
        this.printedNanos = line.now();
    }

    @Override
    public void step(long number, double batchLoss) {
        step = number;
        loss = batchLoss;
        long now = line.now();
        if (line.isDue(printedNanos, now)) {
            print(now);
        }
    }

    @Override
    public void expectSteps(long total) {
        totalSteps = total;
    }

    /** Shown with the next line. */
    @Override
    public void evaluation(double newTrainAccuracy, double newTestLoss, double newTestAccuracy) {
        trainAccuracy = newTrainAccuracy;
        testLoss = newTestLoss;
        testAccuracy = newTestAccuracy;
    }

    /** Shown as part of the means. */
    @Override
    public void evaluated(RunDirectory run, double ownTestLoss, double ownTestAccuracy, long grokStep) {}

    /** Shown with the next line. */
    @Override
    public void runs(int newRuns, int newGrokked, int newEnded) {
        runs = newRuns;
        grokked = newGrokked;
        ended = newEnded;
    }

    /** Shown with the next line. */
    @Override
    public void spectrum(int newEdge, double newGapRatio) {
        edge = newEdge;
        gapRatio = newGapRatio;
    }

    @Override
    public void message(String text) {
        line.message(text);
    }

    /** Shows the last state, if there was any step, and ends the live line. */
    @Override
    public void close() {
        boolean anyStep = !Double.isNaN(loss);
        if (anyStep) {
            print(line.now());
        }
        line.close();
    }

    private void print(long now) {
        double seconds = (now - printedNanos) / NANOS_PER_SECOND;
        if (step > printedStep && seconds > 0) {
            double rate = (step - printedStep) / seconds;
            stepsPerSecond =
                    Double.isNaN(stepsPerSecond) ? rate : stepsPerSecond + RATE_RENEWAL * (rate - stepsPerSecond);
        }
        printedStep = step;
        printedNanos = now;
        line.show(text());
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        text.append(String.format(Locale.ROOT, "step %,d/%,d", step, totalSteps));
        if (runs > 1) {
            text.append(String.format(Locale.ROOT, "  %d runs: %d grokked, %d ended", runs, grokked, ended));
        }
        append(text, "loss %.2e", loss);
        append(text, "test loss %.2e", testLoss);
        if (!Double.isNaN(testAccuracy)) {
            text.append(String.format(Locale.ROOT, "  accuracy %.3f/%.3f", trainAccuracy, testAccuracy));
        }
        if (edge >= 0) {
            text.append("  k* ").append(edge);
        }
        append(text, "R %.2f", gapRatio);
        append(text, "%,.0f steps/s", stepsPerSecond);
        if (stepsPerSecond > 0 && step < totalSteps) {
            text.append("  ETA ").append(duration(Math.round((totalSteps - step) / stepsPerSecond)));
        }
        return text.toString();
    }

    private static void append(StringBuilder text, String format, double value) {
        if (!Double.isNaN(value)) {
            text.append("  ").append(String.format(Locale.ROOT, format, value));
        }
    }

    private static String duration(long seconds) {
        return seconds < 3600
                ? String.format(Locale.ROOT, "%d:%02d", seconds / 60, seconds % 60)
                : String.format(Locale.ROOT, "%d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
    }
}
