package dev.spectraledge.analysis.cli;

import dev.spectraledge.analysis.metrics.AnalysisMetrics;
import dev.spectraledge.analysis.metrics.ForeignMetrics;
import dev.spectraledge.analysis.offline.AnalysisFolder;
import dev.spectraledge.analysis.offline.OfflineAnalysis;
import dev.spectraledge.analysis.offline.OfflineResult;
import dev.spectraledge.analysis.offline.OfflineSettings;
import dev.spectraledge.analysis.offline.ReadProgress;
import dev.spectraledge.analysis.report.Report;
import dev.spectraledge.kernels.Workers;
import dev.spectraledge.trainer.io.Json;
import dev.spectraledge.trainer.io.Printable;
import dev.spectraledge.trainer.run.StatusLine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code sedge analyze}. */
@Command(
        name = "analyze",
        description = {
            "Computes the spectrum of a finished run from its checkpoints.",
            "Reads one checkpoint per step, written by any program: safetensors or torch.save files, "
                    + "or step folders of the Hugging Face Trainer, nanoGPT or DeepSpeed. Writes spectrum.csv, "
                    + "spectrum_null.csv, analysis.json (what was analysed, and how), a report, and, if the "
                    + "optimiser's state was saved, step_parts.csv into another folder.",
            "Each quantity is shown beside two null models. The test against independent updates of "
                    + "the same norms is exact (level 5 %%). The lag-matched null is fitted to the window that "
                    + "it tests and is therefore lenient: among correlated windows of its own kind, 0 to 2 %% "
                    + "have p <= 0.05. k*, gap and R are unresolved where a singular value cannot be "
                    + "distinguished from rounding, as along a straight line."
        },
        footer = {
            "",
            "Examples:",
            "  sedge analyze runs/dyck_wd1_s42     into analysis/dyck_wd1_s42",
            "  sedge analyze runs/dyck_wd1_s42 --stride 100 --out analysis-every-100",
            "  sedge analyze my-run/ --subset 'attn\\..*weight' --windows 5,10,20",
            "  sedge analyze checkpoints/ --lr 1e-3 --weight-decay 1 --out analysis-theirs",
            "  sedge analyze checkpoints/ --metrics losses.csv     losses beside spectra"
        },
        mixinStandardHelpOptions = true)
final class AnalyzeCommand implements Callable<Integer> {
    /** What the printed document has of the report's numbers. */
    private static final List<String> OF_THE_REPORT = List.of("happened", "nulls");

    @ParentCommand
    private Sedge sedge;

    @Parameters(paramLabel = "DIR", description = "Folder of checkpoints, or a run directory.")
    private Path checkpoints;

    @Option(
            names = "--keep-products",
            description = "Save the products of all groups in products.safetensors, so that the next analysis into "
                    + "the same folder reads only new checkpoints.")
    private boolean keepProducts;

    @Mixin
    private AnalysisOptions options = new AnalysisOptions();

    @Option(names = "--json", description = "Print a summary as JSON instead of the path of the report.")
    private boolean json;

    @Override
    public Integer call() {
        OfflineSettings settings = options.settings(checkpoints, keepProducts);
        Path output = settings.output();
        List<String> ofMetrics = new ArrayList<>();
        Optional<ForeignMetrics> metrics = options.metrics(checkpoints, ofMetrics::add);
        OfflineResult result;
        try (Workers workers = new Workers(Runtime.getRuntime().availableProcessors());
                StatusLine line = StatusLine.onStandardError();
                ReadProgress progress = new ReadProgress(line)) {
            result = new OfflineAnalysis(settings, workers, progress)
                    .withLearningRates(metrics.flatMap(ForeignMetrics::learningRates))
                    .run();
        }
        result.remarks().forEach(sedge.console()::say);
        sedge.console().say(summary(result));
        ofMetrics.forEach(sedge.console()::say);
        if (result.learningRate().isEmpty() || result.weightDecay().isEmpty()) {
            sedge.console()
                    .say("learning rate or weight decay unknown, so gradient and decay are not separated; give "
                            + "--lr and --weight-decay");
        }
        AnalysisMetrics.put(output, metrics);
        Report report = Report.of(output);
        Path page = report.write();
        if (json) {
            Map<String, Object> document = Json.readObject(output.resolve(AnalysisFolder.DOCUMENT));
            Map<String, Object> numbers = report.numbers();
            OF_THE_REPORT.forEach(name -> document.put(name, numbers.get(name)));
            document.put("directory", output);
            document.put("report", page);
            sedge.console().out().print(Json.pretty(document));
        } else {
            report.happened().forEach(sedge.console()::say);
            sedge.console().out().println(page);
        }
        return Sedge.OK;
    }

    /** What was found, and what was left out. */
    private static String summary(OfflineResult result) {
        return String.format(
                Locale.ROOT,
                "%,d checkpoints%s; %,d parameters in %d tensors, %d left out",
                result.snapshots(),
                result.filesLeftOut().isEmpty()
                        ? ""
                        : " (left out: "
                                + Printable.value(
                                        String.join(", ", result.filesLeftOut().keySet())) + ")",
                result.parameters(),
                result.tensors().size(),
                result.leftOut().size());
    }
}
