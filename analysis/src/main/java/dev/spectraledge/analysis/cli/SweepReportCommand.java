package dev.spectraledge.analysis.cli;

import dev.spectraledge.analysis.report.compare.RunComparison;
import dev.spectraledge.analysis.report.sweep.SweepReport;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code sedge sweep report}. */
@Command(
        name = "report",
        description = {
            "Writes report.html and table.csv into a sweep directory from the results so far, and a "
                    + "comparison of the runs' curves into compare/.",
            "The page shows the state of every run, grok steps against the swept settings, curves, "
                    + "medians over seeds, and links to the runs' reports."
        },
        footer = {
            "",
            "Examples:",
            "  sedge sweep report sweeps/mine     prints sweeps/mine/report.html",
            "  sedge sweep report sweeps/mine --column train_loss     other curves"
        },
        mixinStandardHelpOptions = true)
final class SweepReportCommand implements Callable<Integer> {
    @ParentCommand
    private SweepCommand sweep;

    @Parameters(paramLabel = "DIR", description = "Sweep directory.")
    private Path root;

    @Option(
            names = "--column",
            paramLabel = "NAME",
            description = "Column of metrics.csv whose curves are drawn (default: ${DEFAULT-VALUE}).",
            defaultValue = SweepReport.DEFAULT_COLUMN)
    private String column;

    @Override
    public Integer call() {
        RunComparison.ofSweep(root).ifPresent(comparison -> comparison.write(root.resolve(RunComparison.FOLDER)));
        sweep.sedge().console().out().println(SweepReport.write(root, column));
        return Sedge.OK;
    }
}
