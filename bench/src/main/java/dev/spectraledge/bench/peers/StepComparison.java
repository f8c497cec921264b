package dev.spectraledge.bench.peers;

import dev.spectraledge.bench.machine.Machine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;

/**
 * Compares a training step of our engine with the peers in one invocation and writes the result. System properties:
 * {@code golden.dir} (reference trajectories, for Dyck and SCAN), {@code inputs.dir} (where inputs are written, for the others), {@code results.dir}, {@code python.scripts}, and optionally {@code spectraledge.python}, {@code only}
 * (comma-separated names).
 */
public final class StepComparison {

    private StepComparison() {}

    /** Arguments: workload; {@code quick} or {@code full}. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (arguments.length != 2) {
            throw new IllegalArgumentException(
                    "expected two arguments: dyck, modular, scan, nano, small, gpt51m or gpt2; quick or full");
        }
        Workload workload = Workload.valueOf(arguments[0].toUpperCase(Locale.ROOT));
        StepTournament.Plan plan = switch (arguments[1]) {
            case "quick" -> workload.quick();
            case "full" -> workload.full();
            default -> throw new IllegalArgumentException("expected quick or full, not " + arguments[1]);
        };
        Machine machine = Machine.current();
        // Taken before anything runs: it holds the load that others cause.
        SortedMap<String, String> environment = machine.environment();
        StepInputs.Files files = files(workload);
        List<StepMeasurement> measurements = new StepTournament(
                        plan, StepInputs.read(files).losses(), System.out)
                .run(contestants(workload, files, machine));
        StepReport report = new StepReport(workload, environment, plan, measurements);
        Path folder = Path.of(required("results.dir")).resolve(machine.slug());
        report.write(folder);
        System.out.println();
        System.out.println(report.markdown());
        System.out.println("written to " + folder);
    }

    private static StepInputs.Files files(Workload workload) throws IOException {
        return switch (workload) {
            case DYCK, SCAN -> StepInputs.Files.golden(Path.of(required("golden.dir")), workload.key());
            case MODULAR, NANO, SMALL, GPT51M, GPT2 ->
                GeneratedInputs.write(Files.createDirectories(Path.of(required("inputs.dir"))), workload);
        };
    }

    private static List<Contestant> contestants(Workload workload, StepInputs.Files files, Machine machine)
            throws IOException, InterruptedException {
        Lineup lineup = new Lineup(workload, files, machine.processors());
        List<Contestant> contestants = new ArrayList<>(lineup.javaContestants());
        for (PythonPeer peer : PythonPeer.values()) {
            if (peer.variants(workload).isEmpty()) {
                continue;
            }
            Optional<Path> python = peer.python();
            if (python.isPresent()) {
                contestants.addAll(lineup.pythonContestants(peer, python.get(), Path.of(required("python.scripts"))));
            } else {
                System.out.println("no Python that imports " + peer.module()
                        + " was found; set SPECTRALEDGE_PYTHON to one, or put it on the PATH");
            }
        }
        String only = System.getProperty("only");
        if (only != null) {
            List<String> names = List.of(only.split(",", -1));
            contestants.removeIf(contestant -> !names.contains(contestant.name()));
        }
        return contestants;
    }

    private static String required(String property) {
        String value = System.getProperty(property);
        if (value == null) {
            throw new IllegalArgumentException("set the system property " + property);
        }
        if (property.equals("golden.dir") && !Files.isDirectory(Path.of(value))) {
            throw new IllegalArgumentException(property + " is not a folder: " + value);
        }
        return value;
    }
}
