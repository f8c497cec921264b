package dev.spectraledge.analysis.cli;

import dev.spectraledge.analysis.earlywarning.EarlyWarning;
import dev.spectraledge.analysis.earlywarning.EarlyWarningReport;
import dev.spectraledge.analysis.earlywarning.TargetEvent;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.UsageException;
import dev.spectraledge.trainer.io.Json;
import dev.spectraledge.trainer.warning.DetectorRule;
import dev.spectraledge.trainer.warning.DetectorRules;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code sedge early-warning}. */
@Command(
        name = "early-warning",
        description = {
            "Measures how early detectors warn that a run is about to generalise or that its loss is "
                    + "about to spike, and how often they are wrong.",
            "Replays the recorded rows of every run to every detector, and compares runs that had "
                    + "the event with runs of the same age that did not. Spectral detectors are judged beside "
                    + "plain ones. Writes early-warning.html, .csv and .json."
        },
        footer = {
            "",
            "Examples:",
            "  sedge early-warning sweeps/border     into the folder early-warning",
            "  sedge early-warning sweeps/border --event t90 --ahead 500 --json",
            "  sedge early-warning sweeps/spikes --event spike"
        },
        mixinStandardHelpOptions = true)
final class EarlyWarningCommand implements Callable<Integer> {
    @ParentCommand
    private Sedge sedge;

    @Parameters(paramLabel = "SWEEP", arity = "1..*", description = "Sweeps, runs, or folders of runs.")
    private List<Path> sources;

    @Option(
            names = "--event",
            paramLabel = "NAME",
            description = "Event to warn of: t50, t90 or t95, the first evaluation with that test accuracy in "
                    + "percent; or spike, the first spike of the training loss (default: ${DEFAULT-VALUE}).",
            defaultValue = "t50")
    private String event;

    @Option(
            names = "--ahead",
            paramLabel = "STEPS",
            description = "Compare runs this many steps before the event (default: ${DEFAULT-VALUE}).",
            defaultValue = "0")
    private long ahead;

    @Option(
            names = "--detector",
            paramLabel = "NAME",
            split = ",",
            description = "Judge only these detectors (default: all).")
    private List<String> names = List.of();

    @Option(
            names = {"-o", "--out"},
            paramLabel = "DIR",
            description = "Folder for the results (default: ${DEFAULT-VALUE}).",
            defaultValue = "early-warning")
    private Path out;

    @Option(names = "--json", description = "Print the numbers as JSON instead of the path of the page.")
    private boolean json;

    @Override
    public Integer call() {
        if (ahead < 0) {
            throw new UsageException("--ahead must be at least 0, not " + ahead);
        }
        EarlyWarning study = EarlyWarning.of(sources, detectors(), TargetEvent.of(event), (double) ahead);
        if (study.verdicts().isEmpty() || !names.isEmpty()) {
            study.unrecorded().stream().findFirst().ifPresent(EarlyWarningCommand::refuse);
        }
        EarlyWarningReport report = new EarlyWarningReport(study);
        Path page = report.write(out);
        if (json) {
            Map<String, Object> document = report.document();
            document.put("page", page);
            sedge.console().out().print(Json.pretty(document));
        } else {
            report.sentences().forEach(sedge.console()::say);
            sedge.console().out().println(page);
        }
        return Sedge.OK;
    }

    private static void refuse(DetectorRule rule) {
        throw new RunException("detector " + rule.name() + " looks at " + rule.column() + " in "
                + rule.table().file() + ", of which no run has three rows; "
                + rule.table().setting());
    }

    private List<DetectorRule> detectors() {
        try {
            return names.isEmpty()
                    ? DetectorRules.all()
                    : names.stream().map(DetectorRules::named).toList();
        } catch (IllegalArgumentException unknown) {
            throw new UsageException("--detector: " + unknown.getMessage(), unknown);
        }
    }
}
