package dev.spectraledge.bench.peers;

import dev.spectraledge.bench.machine.Machine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * Compares the Dyck training step of our engine with the peers in one invocation and writes the result. System
 * properties: {@code golden.dir} (reference trajectories), {@code results.dir}, {@code python.script}, and optionally
 * {@code spectraledge.python}, {@code only} (comma-separated names).
 */
public final class DyckStepComparison {

    private static final StepTournament.Plan FULL = new StepTournament.Plan(6000, 12, 30, 3);
    private static final StepTournament.Plan QUICK = new StepTournament.Plan(1500, 3, 8, 2);

    private DyckStepComparison() {}

    /** Argument: {@code quick} or {@code full}. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        StepTournament.Plan plan = switch (arguments.length == 1 ? arguments[0] : "") {
            case "quick" -> QUICK;
            case "full" -> FULL;
            default -> throw new IllegalArgumentException("expected one argument, quick or full");
        };
        DyckInputs.Files files = DyckInputs.Files.in(Path.of(required("golden.dir")));
        Machine machine = Machine.current();
        // Taken before anything runs: it holds the load that others cause.
        SortedMap<String, String> environment = machine.environment();
        List<StepMeasurement> measurements =
                new StepTournament(plan, DyckInputs.read(files).losses(), System.out).run(contestants(files, machine));
        StepReport report = new StepReport(environment, plan, measurements);
        Path folder = Path.of(required("results.dir")).resolve(machine.slug());
        report.write(folder);
        System.out.println();
        System.out.println(report.markdown());
        System.out.println("written to " + folder);
    }

    private static List<Contestant> contestants(DyckInputs.Files files, Machine machine)
            throws IOException, InterruptedException {
        Lineup lineup = new Lineup(files, machine.processors());
        List<Contestant> contestants = new ArrayList<>(lineup.javaContestants());
        Optional<Path> python = Lineup.pythonWithTorch();
        if (python.isPresent()) {
            contestants.addAll(lineup.pythonContestants(python.get(), Path.of(required("python.script"))));
        } else {
            System.out.println("no Python that imports torch was found; set SPECTRALEDGE_PYTHON to one");
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
            throw new IllegalArgumentException(property + " is no folder: " + value);
        }
        return value;
    }
}
