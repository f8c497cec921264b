package dev.spectraledge.analysis.cli;

import dev.spectraledge.trainer.UsageException;
import dev.spectraledge.trainer.config.DeviceChoice;
import dev.spectraledge.trainer.config.Precision;
import dev.spectraledge.trainer.config.RunConfig;
import dev.spectraledge.trainer.io.Json;
import dev.spectraledge.trainer.sweep.PlannedRun;
import dev.spectraledge.trainer.sweep.SweepPlan;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code sedge sweep plan}. */
@Command(
        name = "plan",
        description = {
            "Resolves the runs that a YAML file describes and writes them into a sweep directory.",
            "Planning again with a file that describes more runs adds them; existing runs stay as " + "they are."
        },
        mixinStandardHelpOptions = true)
final class SweepPlanCommand implements Callable<Integer> {
    private static final int SHOWN_VALUES = 6;

    @ParentCommand
    private SweepCommand sweep;

    @Parameters(paramLabel = "FILE", description = "YAML file that describes the runs; see sedge sweep --help.")
    private Path file;

    @Option(
            names = {"-o", "--out"},
            required = true,
            paramLabel = "DIR",
            description = "Sweep directory; created if it does not exist.")
    private Path root;

    @Option(names = "--dry-run", description = "Print what would be planned and write nothing.")
    private boolean dryRun;

    @Option(
            names = "--drop",
            description = "Remove runs from the plan that FILE no longer describes; their directories stay.")
    private boolean drop;

    @Option(
            names = "--elsewhere",
            description =
                    "Also plan runs that need more memory than this machine has, to be computed on another " + "one.")
    private boolean elsewhere;

    @Option(names = "--json", description = "Print every run with its varying settings as JSON.")
    private boolean json;

    @Override
    public Integer call() {
        SweepPlan plan = SweepPlan.of(file, root);
        Optional<SweepPlan> earlier = SweepPlan.readIfPlanned(root);
        List<PlannedRun> dropped = earlier.map(before -> before.without(plan)).orElse(List.of());
        if (!dropped.isEmpty() && !drop) {
            throw new UsageException(file + " no longer describes " + count(dropped.size()) + " of the plan in " + root
                    + ", for example " + dropped.getFirst().id() + " ("
                    + dropped.getFirst().description() + "); --drop takes them out of the plan");
        }
        if (!elsewhere) {
            requireRoom(plan);
        }
        if (!dryRun) {
            plan.write(file);
        }
        int added = earlier.map(before -> plan.without(before).size())
                .orElse(plan.runs().size());
        if (json) {
            sweep.sedge().console().out().print(Json.pretty(document(plan, added, dropped)));
        } else {
            print(plan, added, dropped.size());
        }
        return Sedge.OK;
    }

    /** What needs a GPU is for a machine that has one. */
    private static void requireRoom(SweepPlan plan) {
        RunConfig first = plan.runs().getFirst().config();
        Precision precision = first.training().precision();
        if (first.device() == DeviceChoice.CUDA || precision.needsDevice()) {
            return;
        }
        try (ComputeDevice device = ComputeDevice.open(first.device(), precision, line -> {})) {
            SweepRoom.require(device, plan, plan.runs());
        } catch (UsageException tooLarge) {
            throw new UsageException(tooLarge.getMessage() + "; --elsewhere plans it for another machine", tooLarge);
        }
    }

    private Map<String, Object> document(SweepPlan plan, int added, List<PlannedRun> dropped) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("sweep", root.toString());
        document.put("written", !dryRun);
        document.put("new", added);
        document.put("dropped", dropped.stream().map(PlannedRun::id).toList());
        document.put(
                "runs",
                plan.runs().stream()
                        .map(run -> Map.of("id", run.id(), "swept", run.swept()))
                        .toList());
        return document;
    }

    private void print(SweepPlan plan, int added, int dropped) {
        PrintStream out = sweep.sedge().console().out();
        out.println(
                count(plan.runs().size()) + ", " + added + " new" + (dropped == 0 ? "" : ", " + dropped + " dropped")
                        + (dryRun ? "; nothing was written" : ", in " + root));
        for (String key : plan.sweptKeys()) {
            List<String> values = plan.runs().stream()
                    .map(run -> String.valueOf(run.swept().get(key)))
                    .distinct()
                    .toList();
            String shown = String.join(", ", values.subList(0, Math.min(SHOWN_VALUES, values.size())));
            out.println("  " + key + ": " + shown
                    + (values.size() > SHOWN_VALUES ? ", … (" + values.size() + " values)" : ""));
        }
    }

    private static String count(int runs) {
        return runs + (runs == 1 ? " run" : " runs");
    }
}
