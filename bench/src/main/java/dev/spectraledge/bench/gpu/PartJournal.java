package dev.spectraledge.bench.gpu;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * When each part of the steps began and how it ended, a line on disk at each of the two: a process that goes on after a fault
 * of the device does not begin anything a second time, and what hangs leaves its name.
 */
final class PartJournal {
    /** Every step writes to it; columns: instant, step, part, {@value #BEGINS} or the outcome. */
    static final String FILE = "parts.tsv";

    private static final String BEGINS = "begins";
    private static final int COLUMNS = 4;

    /** A part of a step. */
    record Part(String step, String name) {}

    private final Path file;
    private final String step;
    /** Parts of this step by name, with how they ended or {@value #BEGINS}. */
    private final Map<String, String> states = new LinkedHashMap<>();

    /** @param step with which of its rounds this is, where it is done more than once */
    PartJournal(Path folder, String step) {
        file = folder.resolve(FILE);
        this.step = step;
        states(folder).forEach((part, state) -> {
            if (part.step().equals(step)) {
                states.put(part.name(), state);
            }
        });
    }

    /** Whether a process has begun this part already. */
    synchronized boolean hasBegun(String part) {
        return states.containsKey(part);
    }

    void begin(String part) {
        append(part, BEGINS);
    }

    void end(String part, Outcome outcome) {
        append(part, word(outcome));
    }

    /** Parts of this step that ended so, in whichever process. */
    synchronized long count(Outcome outcome) {
        return states.values().stream().filter(word(outcome)::equals).count();
    }

    private synchronized void append(String part, String state) {
        states.put(part, state);
        try {
            Files.writeString(
                    file,
                    String.join("\t", Instant.now().toString(), step, part, state) + "\n",
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot append to " + file, e);
        }
    }

    private static String word(Outcome outcome) {
        return outcome.name().toLowerCase(Locale.ROOT);
    }

    /** Parts that began and never ended, because their process did not outlive them. */
    static List<Part> unfinished(Path folder) {
        List<Part> unfinished = new ArrayList<>();
        states(folder).forEach((part, state) -> {
            if (state.equals(BEGINS)) {
                unfinished.add(part);
            }
        });
        return unfinished;
    }

    private static Map<Part, String> states(Path folder) {
        Path file = folder.resolve(FILE);
        Map<Part, String> states = new LinkedHashMap<>();
        if (!Files.exists(file)) {
            return states;
        }
        try {
            for (String line : Files.readAllLines(file)) {
                String[] columns = line.split("\t", -1);
                if (columns.length == COLUMNS) { // the last line of a process that was killed may be cut off
                    states.put(new Part(columns[1], columns[2]), columns[3]);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
        return states;
    }
}
