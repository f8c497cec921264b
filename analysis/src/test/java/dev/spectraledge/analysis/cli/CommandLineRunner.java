package dev.spectraledge.analysis.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
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
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        String[] texts = new String[arguments.length];
        for (int i = 0; i < texts.length; i++) {
            texts[i] = arguments[i].toString();
        }
        Console console = new Console(
                new PrintStream(out, true, StandardCharsets.UTF_8), new PrintStream(err, true, StandardCharsets.UTF_8));
        int exitCode = Sedge.execute(console, texts);
        return new Outcome(exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }
}
