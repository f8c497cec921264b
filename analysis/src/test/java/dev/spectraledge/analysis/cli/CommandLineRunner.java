package dev.spectraledge.analysis.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.kernels.HeardLogger;
import dev.spectraledge.trainer.io.AtomicFile;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Runs the command line in this process and keeps what it prints. */
final class CommandLineRunner {
    private CommandLineRunner() {}

    /** What a command printed, and how it ended. */
    record Outcome(int exitCode, String out, String err) {}

    /** Runs a command that must succeed. */
    static void succeed(List<String> command, Object... more) {
        List<Object> arguments = new ArrayList<>(command);
        arguments.addAll(List.of(more));
        Outcome outcome = sedge(arguments.toArray());
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    }

    static Outcome sedge(Object... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Outcome outcome = sedgeInto(out, arguments);
        return new Outcome(outcome.exitCode(), out.toString(StandardCharsets.UTF_8), outcome.err());
    }

    /** While this process gets a signal at a change of its files, see {@link SignalledSedge}. */
    @SuppressWarnings("try") // changes are heard while the block runs
    static Outcome sedgeUntil(String signal, String change, int count, Object... arguments) {
        try (HeardLogger changes = new HeardLogger(AtomicFile.class, new SignalledSedge(signal, change, count))) {
            return sedge(arguments);
        }
    }

    /** On a terminal of so many columns. */
    static Outcome sedgeOn(int columns, Object... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int exitCode = Sedge.execute(new Console(out, err, columns, columns), texts(arguments));
        return new Outcome(exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    /** With somewhere else for results to go, which are then not kept. */
    static Outcome sedgeInto(OutputStream out, Object... arguments) {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int exitCode = Sedge.execute(new Console(out, err), texts(arguments));
        return new Outcome(exitCode, "", err.toString(StandardCharsets.UTF_8));
    }

    private static String[] texts(Object... arguments) {
        return Arrays.stream(arguments).map(Object::toString).toArray(String[]::new);
    }
}
