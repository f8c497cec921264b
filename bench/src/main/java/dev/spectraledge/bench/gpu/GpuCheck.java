package dev.spectraledge.bench.gpu;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Runs one step of the check. Arguments: the step, the folder of the results, {@code full} or {@code tiny}, and the round
 * where a step is done more than once. System properties, all optional: {@code golden.dir}, reference trajectories;
 * {@code part.seconds}, how long a part of the step may take; {@code only}, the identifier of the one test to run;
 * {@code sanitized}, that the process runs under a tool, which has to see it end by itself. Ends with
 * 0 when all results are in the file, failures among them; kills itself where another process has to go on with the parts of
 * the step that have not begun.
 */
public final class GpuCheck {
    /** What every step appends to. */
    static final String RESULTS = "report.jsonl";

    private static final Duration LONGEST_PART = Duration.ofHours(1);

    private GpuCheck() {}

    public static void main(String[] arguments) {
        if (arguments.length < 3
                || arguments.length > 4
                || !List.of("full", "tiny").contains(arguments[2])) {
            throw new IllegalArgumentException("expected STEP FOLDER full|tiny [ROUND]");
        }
        Path folder = Path.of(arguments[1]);
        Duration limit = Optional.ofNullable(System.getProperty("part.seconds"))
                .map(seconds -> Duration.ofSeconds(Long.parseLong(seconds)))
                .orElse(LONGEST_PART);
        CheckStep step = step(
                arguments[0],
                folder,
                arguments[2].equals("tiny") ? CheckSizes.tiny() : CheckSizes.full(),
                Optional.ofNullable(System.getProperty("golden.dir"))
                        .map(Path::of)
                        .filter(Files::isDirectory));
        String round = arguments.length > 3 ? arguments[3] : "";
        try (CheckLog log = new CheckLog(
                folder,
                arguments[0],
                round,
                limit,
                Boolean.getBoolean("sanitized") ? () -> {} : GpuCheck::endProcess)) {
            log.run(step);
        } catch (CheckLog.DeviceLost e) {
            System.out.println(e.getMessage());
            System.exit(1);
        }
    }

    /** At once and without any cleaning up, which would wait for the device. */
    private static void endProcess() {
        System.out.flush();
        try {
            new ProcessBuilder(
                            "kill",
                            "-KILL",
                            Long.toString(ProcessHandle.current().pid()))
                    .inheritIO()
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Runs a step in this process and appends its results to {@value #RESULTS} in {@code folder}.
     *
     * @throws IllegalArgumentException where there is no such step
     */
    static void run(String name, Path folder, CheckSizes sizes, Optional<Path> golden) {
        CheckStep step = step(name, folder, sizes, golden);
        try (CheckLog log = new CheckLog(folder, name, "", LONGEST_PART, () -> {})) {
            log.run(step);
        }
    }

    private static CheckStep step(String name, Path folder, CheckSizes sizes, Optional<Path> golden) {
        Map<String, CheckStep> steps = steps(folder, sizes, golden);
        CheckStep step = steps.get(name);
        if (step == null) {
            throw new IllegalArgumentException("no step " + name + "; there are " + steps.keySet());
        }
        return step;
    }

    /** All steps by name, in the order in which they are done. */
    static Map<String, CheckStep> steps(Path folder, CheckSizes sizes, Optional<Path> golden) {
        Map<String, CheckStep> steps = new LinkedHashMap<>();
        steps.put("libraries", new FoundLibraries());
        steps.put("ceilings", new Ceilings(sizes));
        steps.put("small", new SmallTraining());
        Optional<String> only = Optional.ofNullable(System.getProperty("only"));
        for (String testClass : ContractTests.CLASSES) {
            steps.put(ContractTests.step(testClass), new ContractTests(sizes, folder, testClass, only));
        }
        steps.put("parity", new TrajectoryParity(sizes, golden));
        steps.put("profile", new CallProfile(sizes));
        steps.put("steps", StepBenchmark.ofDemands(sizes));
        steps.put("other-steps", StepBenchmark.ofOthers(sizes));
        steps.put("kernels", new KernelCompilation(sizes));
        steps.put("observer", new ObserverCost(sizes));
        steps.put("spectra", new SpectralKernels(sizes));
        return steps;
    }
}
