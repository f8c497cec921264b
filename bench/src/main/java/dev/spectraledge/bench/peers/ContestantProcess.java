package dev.spectraledge.bench.peers;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;

/**
 * The process of one contestant. It answers lines on standard input with lines on standard output:
 *
 * <pre>
 *   (start)     ready KEY=VALUE;KEY=VALUE…
 *   steps N     times LOSS:NANOSECONDS …     (N pairs)
 *   (end)       exits
 * </pre>
 *
 * The Python peer speaks the same protocol.
 */
public final class ContestantProcess {

    private ContestantProcess() {}

    /** Arguments: workload, provider name, threads, weights file, data file, trace file. */
    public static void main(String[] arguments) throws IOException {
        PrintStream replies = System.out;
        // Libraries that print must not disturb the protocol.
        System.setOut(System.err);
        StepContestant contestant = provider(Workload.valueOf(arguments[0].toUpperCase(Locale.ROOT)), arguments[1])
                .create(
                        StepInputs.read(new StepInputs.Files(
                                Path.of(arguments[3]), Path.of(arguments[4]), Path.of(arguments[5]))),
                        ThreadConfiguration.parse(arguments[2]));
        replies.println(ready(contestant));
        BufferedReader requests = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String request = requests.readLine(); request != null; request = requests.readLine()) {
            replies.println(run(contestant, Integer.parseInt(request.substring("steps ".length()))));
        }
        // Thread pools of native libraries would otherwise keep the process alive.
        System.exit(0);
    }

    private static StepContestantProvider provider(Workload workload, String name) {
        for (StepContestantProvider provider : workload.providers()) {
            if (provider.name().equals(name)) {
                return provider;
            }
        }
        throw new IllegalArgumentException("no contestant named " + name);
    }

    private static String ready(StepContestant contestant) {
        StringBuilder line = new StringBuilder("ready ");
        contestant
                .environment()
                .forEach((key, value) -> line.append(line.charAt(line.length() - 1) == ' ' ? "" : ";")
                        .append(key)
                        .append('=')
                        .append(value));
        return line.toString();
    }

    private static String run(StepContestant contestant, int steps) {
        double[] losses = new double[steps];
        long[] nanoseconds = new long[steps];
        for (int step = 0; step < steps; step++) {
            long start = System.nanoTime();
            losses[step] = contestant.step();
            nanoseconds[step] = System.nanoTime() - start;
        }
        StringBuilder line = new StringBuilder("times");
        for (int step = 0; step < steps; step++) {
            line.append(' ').append(losses[step]).append(':').append(nanoseconds[step]);
        }
        return line.toString();
    }
}
