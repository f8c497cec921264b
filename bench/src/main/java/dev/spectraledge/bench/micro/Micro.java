package dev.spectraledge.bench.micro;

import dev.spectraledge.bench.machine.Machine;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * Runs the benchmarks of this package, first the machine's roofs, and writes JMH's JSON and a table beside it. System
 * property {@code results.dir} names the folder.
 */
public final class Micro {

    private static final String ROOFS = "\\.RoofBenchmark\\.";

    private Micro() {}

    /** Arguments: {@code quick} or {@code full}, then regular expressions of benchmarks (none: all of them). */
    public static void main(String[] arguments) throws RunnerException, IOException {
        if (arguments.length == 0 || !List.of("quick", "full").contains(arguments[0])) {
            throw new IllegalArgumentException("expected quick or full, then regular expressions of benchmarks");
        }
        boolean quick = arguments[0].equals("quick");
        List<String> patterns = List.of(arguments).subList(1, arguments.length);
        Machine machine = Machine.current();
        SortedMap<String, String> environment = machine.environment();

        List<RunResult> results = new ArrayList<>();
        int threads = 1;
        results.addAll(new Runner(options(quick, threads, List.of(ROOFS)).build()).run());
        for (threads = 2; threads <= machine.processors(); threads *= 2) {
            results.addAll(new Runner(options(quick, threads, List.of(ROOFS)).build()).run());
        }
        results.addAll(new Runner(options(quick, 1, patterns).exclude(ROOFS).build()).run());

        String name = name(patterns);
        Path folder = Files.createDirectories(
                Path.of(System.getProperty("results.dir")).resolve(machine.slug()));
        try (PrintStream json = new PrintStream(folder.resolve(name + ".json").toFile(), StandardCharsets.UTF_8)) {
            ResultFormatFactory.getInstance(ResultFormatType.JSON, json).writeOut(results);
        }
        String table = new MicroReport(results).markdown(environment);
        Files.writeString(folder.resolve(name + ".md"), table);
        System.out.println(table);
        System.out.println("written to " + folder);
    }

    /** Of the result files: a selection of benchmarks does not overwrite the results of all. */
    private static String name(List<String> patterns) {
        String selection = String.join("-", patterns).toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
        return patterns.isEmpty() ? "micro" : "micro-" + selection;
    }

    /** The quick mode shortens everything and leaves out the largest sizes: it shows that all runs, not how fast. */
    private static ChainedOptionsBuilder options(boolean quick, int threads, List<String> patterns) {
        ChainedOptionsBuilder options =
                new OptionsBuilder().threads(threads).shouldFailOnError(true).addProfiler(GCProfiler.class);
        patterns.forEach(options::include);
        if (quick) {
            options.forks(1)
                    .warmupIterations(2)
                    .warmupTime(TimeValue.milliseconds(300))
                    .measurementIterations(2)
                    .measurementTime(TimeValue.milliseconds(200))
                    .param("rows", "330")
                    .param("parameters", "131072")
                    .param("megabytes", "1");
        }
        return options;
    }
}
