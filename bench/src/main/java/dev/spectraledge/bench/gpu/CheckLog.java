package dev.spectraledge.bench.gpu;

import dev.spectraledge.trainer.io.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;

/**
 * Appends the results of one step to the common file, and prints them. The step is done in parts, each of which may fail
 * alone: a part that loses the device, or takes longer than it may, ends the process, and the next one goes on behind it.
 */
final class CheckLog implements AutoCloseable {
    /** A part of a step. */
    @FunctionalInterface
    interface Part {
        void run() throws Exception;
    }

    /** Thrown where the device is lost and the process was not ended. */
    static final class DeviceLost extends RuntimeException {
        private static final long serialVersionUID = 1L;

        DeviceLost(String part) {
            super("the device is lost since " + part);
        }
    }

    private final Path file;
    private final String step;
    private final PartJournal journal;
    private final Runnable endProcess;
    private final Duration limit;
    private final Watchdog watchdog;
    private int failures;

    /**
     * A log of a step.
     *
     * @param round of the step, where it is done more than once; parts are done once in each
     * @param limit of a part
     * @param endProcess so that another one can go on with the parts that have not begun
     */
    CheckLog(Path folder, String step, String round, Duration limit, Runnable endProcess) {
        file = folder.resolve(GpuCheck.RESULTS);
        this.step = step;
        this.limit = limit;
        this.endProcess = endProcess;
        journal = new PartJournal(folder, round.isEmpty() ? step : step + " " + round);
        watchdog = new Watchdog(limit, this::tooLate);
    }

    void measured(String name, Map<String, Object> values) {
        record(name, Outcome.MEASURED, "", values);
    }

    void judged(String name, boolean good, String text, Map<String, Object> values) {
        record(name, good ? Outcome.PASSED : Outcome.FAILED, text, values);
    }

    void skipped(String name, String reason) {
        record(name, Outcome.SKIPPED, reason, Map.of());
    }

    /** Does the step; what it throws outside of its parts is its failure. */
    @SuppressWarnings("CatchAndPrintStackTrace") // the trace goes to the log of the step, its first line to the results
    void run(CheckStep work) {
        try {
            work.run(this);
        } catch (DeviceLost e) {
            throw e;
        } catch (Exception | LinkageError | AssertionError e) {
            e.printStackTrace();
            record("the step", Outcome.FAILED, firstLine(e), Map.of());
        }
    }

    /** Runs a part, unless a process before has begun it; what it throws is its failure, and the step goes on. */
    @SuppressWarnings("CatchAndPrintStackTrace") // as above
    void attempt(String name, Part part) {
        if (hasBegun(name)) {
            return;
        }
        begin(name);
        int before = failures;
        try {
            part.run();
            end(name, failures == before ? Outcome.PASSED : Outcome.FAILED);
        } catch (Exception | LinkageError | AssertionError e) {
            e.printStackTrace();
            record(name, Outcome.FAILED, firstLine(e), Map.of());
            end(name, Outcome.FAILED);
            goOnElsewhereIfLost(name, e);
        }
    }

    private static String firstLine(Throwable thrown) {
        return thrown.toString().lines().findFirst().orElse("");
    }

    /** Whether this process or one before has begun the part. */
    boolean hasBegun(String part) {
        return journal.hasBegun(part);
    }

    /** Notes that a part begins. */
    void begin(String part) {
        journal.begin(part);
        watchdog.begins(part);
    }

    /** Notes that the part that began last has ended. */
    void end(String part, Outcome outcome) {
        watchdog.ends();
        journal.end(part, outcome);
    }

    /** How many parts of the step ended so, in this process and those before. */
    long count(Outcome outcome) {
        return journal.count(outcome);
    }

    /** Ends the process where the failure of a part leaves no device to go on with. */
    void goOnElsewhereIfLost(String part, Throwable failure) {
        if (DeviceFault.isBehind(failure)) {
            endProcess.run();
            throw new DeviceLost(part);
        }
    }

    private void tooLate(String part) {
        record(part, Outcome.FAILED, "not done within " + limit.toSeconds() + " s", Map.of());
        journal.end(part, Outcome.FAILED);
        endProcess.run();
    }

    void record(String name, Outcome outcome, String text, Map<String, Object> values) {
        CheckResult result = new CheckResult(step, name, outcome, text, values);
        failures += outcome == Outcome.FAILED ? 1 : 0;
        try {
            Files.writeString(
                    file, Json.compact(result.json()) + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot append to " + file, e);
        }
        System.out.printf(
                Locale.ROOT,
                "%-8s %s: %s %s %s%n",
                outcome.name().toLowerCase(Locale.ROOT),
                step,
                name,
                text,
                values.isEmpty() ? "" : values);
    }

    @Override
    public void close() {
        watchdog.close();
    }
}
