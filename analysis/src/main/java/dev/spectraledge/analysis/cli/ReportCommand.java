package dev.spectraledge.analysis.cli;

import dev.spectraledge.analysis.report.Report;
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

/** {@code sedge report}. */
@Command(
        name = "report",
        description = "Writes report.html and figures/*.svg into run directories from the files in them.",
        footer = {
            "",
            "Examples:",
            "  sedge report runs/mine           prints runs/mine/report.html",
            "  sedge report runs/*              every run",
            "  sedge report --json runs/mine    the numbers of the report, for programs"
        },
        mixinStandardHelpOptions = true)
final class ReportCommand implements Callable<Integer> {
    @ParentCommand
    private Sedge sedge;

    @Parameters(arity = "1..*", paramLabel = "RUN", description = "Run directories.")
    private List<Path> runs;

    @Option(names = "--json", description = "Print the numbers of the reports as JSON instead of their paths.")
    private boolean json;

    @Override
    public Integer call() {
        List<Map<String, Object>> numbers = new ArrayList<>();
        for (Path run : runs) {
            Report report = Report.of(run);
            Path page = report.write();
            report.absent().forEach(line -> sedge.console().say("not in the report: " + line));
            if (json) {
                numbers.add(report.numbers());
            } else {
                sedge.console().out().println(page);
            }
        }
        if (json) {
            sedge.console().out().print(Json.pretty(numbers));
        }
        return Sedge.OK;
    }
}
