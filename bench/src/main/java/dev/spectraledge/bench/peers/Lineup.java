package dev.spectraledge.bench.peers;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds everybody who can take part: the providers on the class path and a Python with torch. */
final class Lineup {

    private static final String PYTHON_NAME = "pytorch-python";

    private final Workload workload;
    private final StepInputs.Files inputs;
    private final int processors;

    Lineup(Workload workload, StepInputs.Files inputs, int processors) {
        this.workload = workload;
        this.inputs = inputs;
        this.processors = processors;
    }

    /** Everybody who runs in a JVM. */
    List<Contestant> javaContestants() {
        List<Contestant> contestants = new ArrayList<>();
        for (StepContestantProvider provider : workload.providers()) {
            for (ThreadConfiguration threads : workload.worthMeasuring(provider.threadConfigurations(processors))) {
                contestants.add(new Contestant(
                        provider.name(), threads, provider.ours(), javaCommand(provider.name(), threads)));
            }
        }
        return contestants;
    }

    /**
     * PyTorch in the given Python.
     *
     * @param scripts folder of {@code <workload>_step.py}
     */
    List<Contestant> pythonContestants(Path python, Path scripts) {
        Path script = scripts.resolve(workload.key() + "_step.py");
        List<ThreadConfiguration> threads = processors == 1
                ? List.of(new ThreadConfiguration(1, 1))
                : List.of(new ThreadConfiguration(1, 1), new ThreadConfiguration(2, 2));
        List<Contestant> contestants = new ArrayList<>();
        for (String variant : workload.pythonVariants()) {
            String name = PYTHON_NAME + (variant.equals("eager") ? "" : "-" + variant);
            for (ThreadConfiguration configuration : workload.worthMeasuring(threads)) {
                List<String> start = List.of(python.toString(), script.toString(), variant);
                contestants.add(new Contestant(name, configuration, false, command(start, configuration)));
            }
        }
        return contestants;
    }

    /** The Python of the system property or variable, else {@code python3} of the path, if it can import torch. */
    static Optional<Path> pythonWithTorch() throws IOException, InterruptedException {
        String chosen = System.getProperty("spectraledge.python", System.getenv("SPECTRALEDGE_PYTHON"));
        Stream<Path> candidates = chosen != null
                ? Stream.of(Path.of(chosen))
                : Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
                        .map(folder -> Path.of(folder, "python3"));
        for (Path candidate : candidates.filter(Files::isExecutable).toList()) {
            Process probe = new ProcessBuilder(candidate.toString(), "-c", "import torch")
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (probe.waitFor() == 0) {
                return Optional.of(candidate);
            }
        }
        return Optional.empty();
    }

    private List<String> javaCommand(String name, ThreadConfiguration threads) {
        List<String> java = new ArrayList<>();
        java.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        java.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        java.addAll(List.of(
                "-cp", System.getProperty("java.class.path"), ContestantProcess.class.getName(), workload.key(), name));
        return command(java, threads);
    }

    private List<String> command(List<String> start, ThreadConfiguration threads) {
        List<String> command = new ArrayList<>(start);
        command.add(threads.argument());
        command.add(inputs.weights().toString());
        command.add(inputs.data().toString());
        command.add(inputs.trace().toString());
        return command;
    }
}
