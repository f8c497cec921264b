package dev.spectraledge.bench.peers;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Everybody who can take part: the providers on the class path, and the frameworks of a Python. */
final class Lineup {

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
                        provider.name(),
                        threads,
                        provider.ours(),
                        StepTournament.LOSS_TOLERANCE,
                        javaCommand(provider.name(), threads)));
            }
        }
        return contestants;
    }

    /**
     * A framework in the given Python.
     *
     * @param scripts folder of the peers' scripts
     */
    List<Contestant> pythonContestants(PythonPeer peer, Path python, Path scripts) {
        Path script = peer.script(scripts, workload);
        List<ThreadConfiguration> threads = processors == 1
                ? List.of(new ThreadConfiguration(1, 1))
                : List.of(new ThreadConfiguration(1, 1), new ThreadConfiguration(2, 2));
        List<Contestant> contestants = new ArrayList<>();
        for (String variant : peer.variants(workload)) {
            for (ThreadConfiguration configuration : workload.worthMeasuring(threads)) {
                List<String> start = List.of(python.toString(), script.toString(), variant);
                contestants.add(new Contestant(
                        peer.name(variant), configuration, false, tolerance(variant), command(start, configuration)));
            }
        }
        return contestants;
    }

    private static double tolerance(String variant) {
        return variant.contains("bfloat16") ? StepTournament.LOSS_TOLERANCE_OF_BFLOAT16 : StepTournament.LOSS_TOLERANCE;
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
