package dev.spectraledge.bench.peers;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Our end of the pipe to the process of one contestant. */
final class ContestantLink implements AutoCloseable {

    private final Process process;
    private final Path errors;
    private final BufferedReader replies;
    private final PrintStream requests;
    private final SortedMap<String, String> environment;

    /**
     * Losses and durations of consecutive steps.
     *
     * @param losses mean loss of each batch
     * @param nanoseconds wall-clock time of each step
     */
    @SuppressWarnings("ArrayRecordComponent") // a carrier, never compared
    record Steps(double[] losses, long[] nanoseconds) {}

    /** Starts the command without the variables that pin OpenBLAS, and waits until it is ready. */
    static ContestantLink start(List<String> command) throws IOException, ContestantException {
        Path errors = Files.createTempFile("contestant", ".log");
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
        builder.environment().keySet().removeIf(variable -> variable.startsWith("OPENBLAS_"));
        ContestantLink link = new ContestantLink(builder.start(), errors);
        try {
            link.awaitReady();
        } catch (IOException | ContestantException e) {
            link.close();
            throw e;
        }
        return link;
    }

    private ContestantLink(Process process, Path errors) {
        this.process = process;
        this.errors = errors;
        this.replies = process.inputReader(StandardCharsets.UTF_8);
        this.requests = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
        this.environment = new TreeMap<>();
    }

    private void awaitReady() throws IOException, ContestantException {
        for (String pair : reply("ready ").split(";", -1)) {
            int equals = pair.indexOf('=');
            environment.put(pair.substring(0, equals), pair.substring(equals + 1));
        }
    }

    SortedMap<String, String> environment() {
        return environment;
    }

    Steps steps(int count) throws IOException, ContestantException {
        requests.println("steps " + count);
        String[] pairs = reply("times ").split(" ", -1);
        Steps steps = new Steps(new double[pairs.length], new long[pairs.length]);
        for (int step = 0; step < pairs.length; step++) {
            int colon = pairs[step].indexOf(':');
            steps.losses[step] = Double.parseDouble(pairs[step].substring(0, colon));
            steps.nanoseconds[step] = Long.parseLong(pairs[step].substring(colon + 1));
        }
        return steps;
    }

    private String reply(String prefix) throws IOException, ContestantException {
        String line = replies.readLine();
        if (line == null) {
            throw new ContestantException("ended early: " + lastError());
        }
        if (!line.startsWith(prefix)) {
            throw new ContestantException("replied \"" + line + "\" where \"" + prefix + "…\" was expected");
        }
        return line.substring(prefix.length());
    }

    /** The exception's own line where there is one: a stack trace's last line says nothing. */
    private String lastError() throws IOException {
        List<String> lines = Files.readAllLines(errors).stream()
                .filter(line -> !line.isBlank() && !line.startsWith("\t") && !line.startsWith("WARNING"))
                .toList();
        return lines.isEmpty() ? "nothing on standard error" : lines.getLast();
    }

    @Override
    public void close() throws IOException {
        requests.close();
        process.destroy();
        Files.deleteIfExists(errors);
    }
}
