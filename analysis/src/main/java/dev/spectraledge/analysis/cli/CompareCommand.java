package dev.spectraledge.analysis.cli;

import dev.spectraledge.analysis.report.compare.RunComparison;
import dev.spectraledge.trainer.io.Json;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code sedge compare}. */
@Command(
        name = "compare",
        description = {
            "Compares runs, analyses and sweeps on one page.",
            "The page has a panel for each quantity with a colour for each run, a table of the "
                    + "settings that differ, the results of each run, and all events. The same folder receives "
                    + "the figures as SVG, runs.csv (a row per run) and curves.csv (run, column, step, value)."
        },
        footer = {
            "",
            "Examples:",
            "  sedge compare runs/dyck_wd1_s42 runs/dyck_wd0_s42",
            "  sedge compare runs/* --column gap_ratio --column test_loss -o all",
            "  sedge compare sweeps/mine     into sweeps/mine/compare",
            "  sedge compare runs/mine analysis/theirs --column gap_ratio --json"
        },
        mixinStandardHelpOptions = true)
final class CompareCommand implements Callable<Integer> {
    @ParentCommand
    private Sedge sedge;

    @Parameters(
            arity = "1..*",
            paramLabel = "RUN",
            description = "Run directories, folders of analyses, sweeps, or groups of seeds.")
    private List<Path> runs;

    @Option(
            names = "--column",
            paramLabel = "NAME",
            split = ",",
            description = "Column of metrics.csv or spectrum.csv to show, or OBSERVER/NAME for a column of one "
                    + "observer; may be repeated (default: losses, accuracies, gap ratio, k*, first singular "
                    + "value and rotation).")
    private List<String> columns = new ArrayList<>();

    @Option(
            names = {"-o", "--out"},
            paramLabel = "DIR",
            description = "Folder for the results (default: compare/ inside a single sweep or group, otherwise "
                    + "compare/NAMES).")
    private Path out;

    @Option(names = "--json", description = "Print the comparison as JSON instead of the path of the page.")
    private boolean json;

    @Override
    public Integer call() {
        RunComparison comparison = new RunComparison(runs, columns);
        Path folder = out == null ? RunComparison.usual(runs) : out;
        RunComparison.requireFree(folder, out != null);
        Path page = comparison.write(folder);
        comparison.remarks().forEach(sedge.console()::say);
        if (json) {
            Map<String, Object> document = comparison.document();
            document.put("report", page);
            sedge.console().out().print(Json.pretty(document));
        } else {
            sedge.console().out().println(page);
        }
        return Sedge.OK;
    }
}
