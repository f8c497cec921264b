package dev.spectraledge.bench.gpu;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Runs one step of the check. Arguments: the step, the folder of the results, {@code full} or {@code tiny}. System
 * property {@code golden.dir}: reference trajectories, optional. Ends with 0 when all results are in the file, failures
 * among them.
 */
public final class GpuCheck {
    /** What every step appends to. */
    static final String RESULTS = "report.jsonl";

    private GpuCheck() {}

    public static void main(String[] arguments) {
        if (arguments.length != 3 || !List.of("full", "tiny").contains(arguments[2])) {
            throw new IllegalArgumentException("expected STEP FOLDER full|tiny");
        }
        run(
                arguments[0],
                Path.of(arguments[1]),
                arguments[2].equals("tiny") ? CheckSizes.tiny() : CheckSizes.full(),
                Optional.ofNullable(System.getProperty("golden.dir"))
                        .map(Path::of)
                        .filter(Files::isDirectory));
    }

    /**
     * Runs a step and appends its results to {@value #RESULTS} in {@code folder}.
     *
     * @throws IllegalArgumentException where there is no such step
     */
    static void run(String name, Path folder, CheckSizes sizes, Optional<Path> golden) {
        CheckStep step = steps(folder, sizes, golden).get(name);
        if (step == null) {
            throw new IllegalArgumentException("no step " + name + "; there are "
                    + steps(folder, sizes, golden).keySet());
        }
        CheckLog log = new CheckLog(folder.resolve(RESULTS), name);
        log.attempt("the step", () -> step.run(log));
    }

    private static Map<String, CheckStep> steps(Path folder, CheckSizes sizes, Optional<Path> golden) {
        Map<String, CheckStep> steps = new LinkedHashMap<>();
        steps.put("libraries", new FoundLibraries());
        steps.put("ceilings", new Ceilings(sizes));
        steps.put("kernels", new KernelCompilation(sizes));
        steps.put("contract", new ContractTests(sizes, folder));
        steps.put("parity", new TrajectoryParity(sizes, golden));
        steps.put("steps", new StepBenchmark(sizes));
        steps.put("observer", new ObserverCost(sizes));
        steps.put("spectra", new SpectralKernels(sizes));
        steps.put("small", new SmallTraining());
        return steps;
    }
}
