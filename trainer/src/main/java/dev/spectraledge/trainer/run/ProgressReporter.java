package dev.spectraledge.trainer.run;

import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Tells people how training goes, in a {@link StatusLine}. Makes garbage only when it prints. Used by one thread.
 */
public final class ProgressReporter implements TrainingProgress, AutoCloseable {
    private static final double NANOS_PER_SECOND = 1e9;
    /** Weight of the newest interval in the running mean of the rate. */
    private static final double RATE_RENEWAL = 0.3;
    /** Earlier steps of a process are slow, because Java still compiles what they run. */
    private static final long STEPS_BEFORE_ESTIMATE = 50;

    /** What a line tells, from left to right. */
    private enum Part {
        STEP,
        RUNS,
        LOSS,
        ACCURACY,
        EDGE,
        GAP_RATIO,
        RATE,
        ETA
    }

    /** What goes first where a line has no room for all. */
    private static final List<Part> EXPENDABLE =
            List.of(Part.RATE, Part.GAP_RATIO, Part.EDGE, Part.LOSS, Part.ACCURACY);

    private final StatusLine line;
    private final long firstStep;

    private long totalSteps;
    private boolean mayEndEarlier;
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
        this.firstStep = firstStep;
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
    public void expectSteps(long total, boolean atMost) {
        totalSteps = total;
        mayEndEarlier = atMost;
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
        Map<Part, String> parts = new EnumMap<>(Part.class);
        parts.put(Part.STEP, String.format(Locale.ROOT, "step %,d/%,d", step, totalSteps));
        if (runs > 1) {
            String groks = grokked < 0 ? "" : String.format(Locale.ROOT, "%d grokked, ", grokked);
            parts.put(Part.RUNS, String.format(Locale.ROOT, "%d runs: %s%d ended", runs, groks, ended));
        }
        if (!Double.isNaN(loss)) {
            parts.put(
                    Part.LOSS, "loss " + scientific(loss) + (Double.isNaN(testLoss) ? "" : "/" + scientific(testLoss)));
        }
        if (!Double.isNaN(testAccuracy)) {
            parts.put(Part.ACCURACY, String.format(Locale.ROOT, "acc %.3f/%.3f", trainAccuracy, testAccuracy));
        }
        if (edge >= 0) {
            parts.put(Part.EDGE, "k* " + edge);
        }
        if (!Double.isNaN(gapRatio)) {
            parts.put(Part.GAP_RATIO, String.format(Locale.ROOT, "R %.2f", gapRatio));
        }
        if (!Double.isNaN(stepsPerSecond)) {
            parts.put(Part.RATE, String.format(Locale.ROOT, "%,.0f steps/s", stepsPerSecond));
        }
        if (stepsPerSecond > 0 && step < totalSteps && step - firstStep >= STEPS_BEFORE_ESTIMATE) {
            String rest = duration(Math.round((totalSteps - step) / stepsPerSecond));
            parts.put(Part.ETA, (mayEndEarlier ? "ETA < " : "ETA ") + rest);
        }
        for (Part part : EXPENDABLE) {
            if (joined(parts).length() > line.columns()) {
                parts.remove(part);
            }
        }
        return joined(parts);
    }

    private static String joined(Map<Part, String> parts) {
        return String.join("  ", parts.values());
    }

    /** Two digits and as short an exponent as there is: 4.1e-4. */
    private static String scientific(double value) {
        return String.format(Locale.ROOT, "%.1e", value).replaceFirst("e([+-])0", "e$1");
    }

    private static String duration(long seconds) {
        return seconds < 3600
                ? String.format(Locale.ROOT, "%d:%02d", seconds / 60, seconds % 60)
                : String.format(Locale.ROOT, "%d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
    }
}
