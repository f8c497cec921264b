package dev.spectraledge.bench.gpu;

import dev.spectraledge.trainer.io.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.Map;

/** Appends the results of one step to the common file, and prints them. */
final class CheckLog {
    /** A part of a step that may fail alone. */
    @FunctionalInterface
    interface Part {
        void run() throws Exception;
    }

    private final Path file;
    private final String step;

    CheckLog(Path file, String step) {
        this.file = file;
        this.step = step;
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

    /** Runs a part; what it throws is its failure, and the step goes on. */
    @SuppressWarnings("CatchAndPrintStackTrace") // the trace goes to the log of the step, its first line to the results
    void attempt(String name, Part part) {
        try {
            part.run();
        } catch (Exception | LinkageError | AssertionError e) {
            e.printStackTrace();
            record(name, Outcome.FAILED, e.toString().lines().findFirst().orElse(""), Map.of());
        }
    }

    void record(String name, Outcome outcome, String text, Map<String, Object> values) {
        CheckResult result = new CheckResult(step, name, outcome, text, values);
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
}
