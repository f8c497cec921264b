package dev.spectraledge.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A Python that can import a module, to read our files independently: the one that the environment variable {@value
 * #VARIABLE} names, else {@code python3} on the PATH. Tests are skipped where there is none.
 */
public final class Python {
    private static final String VARIABLE = "SPECTRALEDGE_PYTHON";

    private final String program;

    private Python(String program) {
        this.program = program;
    }

    public static Python with(String module) throws IOException, InterruptedException {
        Python python = new Python(System.getenv().getOrDefault(VARIABLE, "python3"));
        Outcome outcome;
        try {
            outcome = python.call("import " + module);
        } catch (IOException absent) {
            outcome = new Outcome(1, absent.getMessage());
        }
        String missing = outcome.output;
        assumeTrue(
                outcome.exitCode == 0,
                () -> python.program + " cannot import " + module + ", set " + VARIABLE + " to one that can: "
                        + missing);
        return python;
    }

    /** What a script prints; its arguments are in {@code sys.argv[1:]}. */
    public String run(String script, Object... arguments) throws IOException, InterruptedException {
        Outcome outcome = call(script, arguments);
        assertThat(outcome.exitCode).as(outcome.output).isZero();
        return outcome.output;
    }

    private record Outcome(int exitCode, String output) {}

    private Outcome call(String script, Object... arguments) throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(List.of(program, "-W", "ignore", "-c", script));
        for (Object argument : arguments) {
            line.add(argument.toString());
        }
        Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Outcome(process.waitFor(), output);
    }
}
