package dev.spectraledge.bench.peers;

import dev.spectraledge.trainer.data.Batching;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.stream.Stream;

/** Finds everybody who can take part: the providers on the class path and a Python with torch. */
final class Lineup {

    private static final String PYTHON_NAME = "pytorch-python";

    private final DyckInputs.Files inputs;
    private final int processors;

    Lineup(DyckInputs.Files inputs, int processors) {
        this.inputs = inputs;
        this.processors = processors;
    }

    /** Our engine in its three layouts of a batch, then the peers on the class path. */
    static List<StepContestantProvider> providers() {
        List<StepContestantProvider> providers = new ArrayList<>(List.of(
                new SpectralEdgeProvider(Batching.DEDUPLICATED),
                new SpectralEdgeProvider(Batching.PACKED),
                new SpectralEdgeProvider(Batching.PADDED)));
        ServiceLoader.load(StepContestantProvider.class).forEach(providers::add);
        return providers;
    }

    /** Everybody who runs in a JVM. */
    List<Contestant> javaContestants() {
        List<Contestant> contestants = new ArrayList<>();
        for (StepContestantProvider provider : providers()) {
            for (ThreadConfiguration threads : provider.threadConfigurations(processors)) {
                contestants.add(new Contestant(
                        provider.name(), threads, provider.ours(), javaCommand(provider.name(), threads)));
            }
        }
        return contestants;
    }

    /** Eager PyTorch in the given Python; none when that Python cannot import torch. */
    List<Contestant> pythonContestants(Path python, Path script) {
        List<ThreadConfiguration> threads = processors == 1
                ? List.of(new ThreadConfiguration(1, 1))
                : List.of(new ThreadConfiguration(1, 1), new ThreadConfiguration(2, 2));
        return threads.stream()
                .map(configuration -> new Contestant(
                        PYTHON_NAME,
                        configuration,
                        false,
                        command(List.of(python.toString(), script.toString()), configuration)))
                .toList();
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
        java.addAll(List.of("-cp", System.getProperty("java.class.path"), ContestantProcess.class.getName(), name));
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
