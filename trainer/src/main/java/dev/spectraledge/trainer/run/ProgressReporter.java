package dev.spectraledge.trainer.run;

import java.io.PrintStream;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * Tells people how training goes: one line that renews itself on a terminal, a line every ten seconds elsewhere. Makes
 * garbage only when it prints. Used by one thread.
 */
public final class ProgressReporter implements AutoCloseable {
    private static final long LIVE_INTERVAL_NANOS = 200_000_000L;
    private static final long SPARSE_INTERVAL_NANOS = 10_000_000_000L;
    private static final double NANOS_PER_SECOND = 1e9;
    /** Weight of the newest interval in the running mean of the rate. */
    private static final double RATE_RENEWAL = 0.3;

    private static final String ERASE_LINE = "\r\u001b[K";
    private static final String BOLD = "\u001b[1m";
    private static final String PLAIN = "\u001b[0m";

    private final PrintStream out;
    private final Terminal terminal;
    private final LongSupplier nanoTime;

    private long totalSteps;
    private long step;
    private long printedStep;
    private long printedNanos;
    private boolean liveLineShown;
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
        return new ProgressReporter(
                System.err, Terminal.ofStandardError(System.getenv()), System::nanoTime, firstStep, totalSteps);
    }

    ProgressReporter(PrintStream out, Terminal terminal, LongSupplier nanoTime, long firstStep, long totalSteps) {
        this.out = out;
        this.terminal = terminal;
        this.nanoTime = nanoTime;
        this.totalSteps = totalSteps;
        this.step = firstStep;
        this.printedStep = firstStep;
        this.printedNanos = nanoTime.getAsLong();
    }

    /** After every step; {@code batchLoss} is the loss of its batch, as all numbers the mean of the runs that still train. */
    public void step(long number, double batchLoss) {
        step = number;
        loss = batchLoss;
        long now = nanoTime.getAsLong();
        if (now - printedNanos >= (terminal.isLive() ? LIVE_INTERVAL_NANOS : SPARSE_INTERVAL_NANOS)) {
            print(now);
        }
    }

    /** When it turns out that training ends at another step than was expected. */
    public void expectSteps(long total) {
        totalSteps = total;
    }

    /** After an evaluation; shown with the next line. */
    public void evaluation(double newTrainAccuracy, double newTestLoss, double newTestAccuracy) {
        trainAccuracy = newTrainAccuracy;
        testLoss = newTestLoss;
        testAccuracy = newTestAccuracy;
    }

    /** Where several runs train side by side: how many there are, have grokked and have ended; shown with the next line. */
    public void runs(int newRuns, int newGrokked, int newEnded) {
        runs = newRuns;
        grokked = newGrokked;
        ended = newEnded;
    }

    /** After a window of the first observer: the edge k* and the gap ratio R; shown with the next line. */
    public void spectrum(int newEdge, double newGapRatio) {
        edge = newEdge;
        gapRatio = newGapRatio;
    }

    /** Prints a line of its own, for events such as grokking. */
    public void message(String text) {
        eraseLiveLine();
        out.println(text);
        out.flush();
    }

    /** Shows the last state, if there was any step, and ends the live line. */
    @Override
    public void close() {
        boolean anyStep = !Double.isNaN(loss);
        if (anyStep) {
            print(nanoTime.getAsLong());
        }
        if (liveLineShown) {
            out.println();
            liveLineShown = false;
        }
        out.flush();
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
        String line = line();
        if (terminal.isLive()) {
            String shown = line.length() < terminal.columns() ? line : line.substring(0, terminal.columns() - 1);
            out.print(ERASE_LINE + (terminal.hasStyle() ? emphasised(shown) : shown));
            liveLineShown = true;
        } else {
            out.println(line);
        }
        out.flush();
    }

    private void eraseLiveLine() {
        if (liveLineShown) {
            out.print(ERASE_LINE);
            liveLineShown = false;
        }
    }

    private static String emphasised(String line) {
        int end = line.indexOf("  ");
        return end < 0 ? line : BOLD + line.substring(0, end) + PLAIN + line.substring(end);
    }

    private String line() {
        StringBuilder line = new StringBuilder();
        line.append(String.format(Locale.ROOT, "step %,d/%,d", step, totalSteps));
        if (runs > 1) {
            line.append(String.format(Locale.ROOT, "  %d runs: %d grokked, %d ended", runs, grokked, ended));
        }
        append(line, "loss %.2e", loss);
        append(line, "test loss %.2e", testLoss);
        if (!Double.isNaN(testAccuracy)) {
            line.append(String.format(Locale.ROOT, "  accuracy %.3f/%.3f", trainAccuracy, testAccuracy));
        }
        if (edge >= 0) {
            line.append("  k* ").append(edge);
        }
        append(line, "R %.2f", gapRatio);
        append(line, "%,.0f steps/s", stepsPerSecond);
        if (stepsPerSecond > 0 && step < totalSteps) {
            line.append("  ETA ").append(duration(Math.round((totalSteps - step) / stepsPerSecond)));
        }
        return line.toString();
    }

    private static void append(StringBuilder line, String format, double value) {
        if (!Double.isNaN(value)) {
            line.append("  ").append(String.format(Locale.ROOT, format, value));
        }
    }

    private static String duration(long seconds) {
        return seconds < 3600
                ? String.format(Locale.ROOT, "%d:%02d", seconds / 60, seconds % 60)
                : String.format(Locale.ROOT, "%d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
    }
}
