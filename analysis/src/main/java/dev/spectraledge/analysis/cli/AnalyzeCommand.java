package dev.spectraledge.analysis.cli;

import dev.spectraledge.analysis.metrics.AnalysisMetrics;
import dev.spectraledge.analysis.metrics.ForeignMetrics;
import dev.spectraledge.analysis.offline.AnalysisFolder;
import dev.spectraledge.analysis.offline.OfflineAnalysis;
import dev.spectraledge.analysis.offline.OfflineResult;
import dev.spectraledge.analysis.offline.OfflineSettings;
import dev.spectraledge.analysis.offline.ReadProgress;
import dev.spectraledge.analysis.offline.TensorSelection;
import dev.spectraledge.analysis.report.Report;
import dev.spectraledge.kernels.Workers;
import dev.spectraledge.kernels.linalg.SymmetricEigen;
import dev.spectraledge.trainer.UsageException;
import dev.spectraledge.trainer.io.Json;
import dev.spectraledge.trainer.io.Printable;
import dev.spectraledge.trainer.run.StatusLine;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
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
            "Computes the spectrum of a run afterwards, from the checkpoints that it left.",
            "Reads safetensors files with PyTorch's tensor names and the step in the file name, ours or those of other"
                + " programs. Writes spectrum.csv, spectrum_null.csv, analysis.json (what was looked at, and how) and"
                + " a report into another folder.",
            "Each quantity stands beside two null models. Against independent updates of the same norms a test is"
                    + " exact (level 5 %%). The lag-matched null is fitted to the window that it tests and therefore"
                    + " lenient: of correlated windows of its own kind 0 to 2 %% have p <= 0.05. k*, gap and R are"
                    + " unresolved where a singular value cannot be told from rounding, as along a straight line."
        },
        footer = {
            "",
            "Examples:",
            "  sedge analyze runs/dyck_wd1_s42     into analysis/dyck_wd1_s42",
            "  sedge analyze runs/dyck_wd1_s42 --stride 100 --out analysis-every-100",
            "  sedge analyze my-run/ --subset 'transformer\\.h\\.\\d+\\.attn\\..*weight' --windows 5,10,20",
            "  sedge analyze checkpoints/ --lr 1e-3 --weight-decay 1 --out analysis-theirs",
            "  sedge analyze checkpoints/ --metrics losses.csv     losses beside spectra"
        },
        mixinStandardHelpOptions = true)
final class AnalyzeCommand implements Callable<Integer> {
    private static final int SMALLEST_WINDOW = 2;
    /** What the printed document has of the report's numbers. */
    private static final List<String> OF_THE_REPORT = List.of("happened", "nulls");

    @ParentCommand
    private Sedge sedge;

    @Parameters(paramLabel = "DIR", description = "Folder of checkpoints, or a run directory.")
    private Path checkpoints;

    @Option(
            names = {"-o", "--out"},
            paramLabel = "DIR2",
            description =
                    "Folder that receives the results (default: analysis/NAME, NAME being that of the run or folder).")
    private Path out;

    @Option(
            names = "--stride",
            paramLabel = "N",
            description = "Steps per update: checkpoints in between are left out (default: every checkpoint is used,"
                    + " whatever the spacing).")
    private Long stride;

    @Option(
            names = {"--windows", "--window"},
            paramLabel = "W",
            split = ",",
            description = "Updates in the rolling window, or several such numbers, each of which gets a table"
                    + " (default: ${DEFAULT-VALUE}, as published).",
            defaultValue = "5")
    private List<Integer> windows;

    @Option(
            names = "--subset",
            description = "Parameters to look at: attention, mlp, blocks (both), embeddings, which are matrices without"
                    + " biases, norms or all, which hold everything; or a regular expression that is found in their"
                    + " names (default: ${DEFAULT-VALUE}).",
            defaultValue = "attention")
    private String subset;

    @Option(
            names = "--include",
            paramLabel = "REGEX",
            description = "Also these, by a regular expression that is found in their names; any number of times.")
    private List<String> include = List.of();

    @Option(
            names = "--exclude",
            paramLabel = "REGEX",
            description = "But not these, which are not read at all; any number of times.")
    private List<String> exclude = List.of();

    @Option(
            names = "--count-tied",
            description =
                    "Count a tensor again that shares its memory with another, such as a head that is the table of"
                            + " tokens.")
    private boolean countTied;

    @Option(
            names = "--keep-products",
            description =
                    "Keep the products of all groups in products.safetensors of the output; an analysis into the same"
                            + " folder then reads only what is new.")
    private boolean keepProducts;

    @Option(
            names = "--lr",
            paramLabel = "RATE",
            description = "Learning rate, to tell decay from gradient (default: what the checkpoints or the run say).")
    private Double learningRate;

    @Option(
            names = "--weight-decay",
            paramLabel = "DECAY",
            description = "Weight decay (default: what the checkpoints or the run say).")
    private Double weightDecay;

    @Mixin
    private MetricsOptions metricsOptions = new MetricsOptions();

    @Option(names = "--no-nulls", description = "Leave out the null spectra, which take most of the time.")
    private boolean withoutNulls;

    @Option(names = "--seed", description = "Seed of the null spectra (default: ${DEFAULT-VALUE}).", defaultValue = "0")
    private long seed;

    @Option(names = "--json", description = "Print what was done as JSON instead of the path of the report.")
    private boolean json;

    @Override
    public Integer call() {
        requireSensibleNumbers();
        Path output = out == null ? AnalysisFolder.usual(checkpoints) : out;
        AnalysisFolder.requireFree(output, checkpoints, out != null);
        OfflineSettings settings = new OfflineSettings(
                checkpoints,
                output,
                stride == null ? OptionalLong.empty() : OptionalLong.of(stride),
                windows.stream().distinct().toList(),
                TensorSelection.of(subset, include, exclude, countTied),
                !withoutNulls,
                seed,
                keepProducts,
                optional(learningRate),
                optional(weightDecay));
        Optional<ForeignMetrics> metrics = metricsOptions.read(checkpoints, sedge.console()::say);
        OfflineResult result;
        try (Workers workers = new Workers(Runtime.getRuntime().availableProcessors());
                StatusLine line = StatusLine.onStandardError();
                ReadProgress progress = new ReadProgress(line)) {
            result = new OfflineAnalysis(settings, workers, progress).run();
        }
        sedge.console().say(summary(result));
        if (result.learningRate().isEmpty() || result.weightDecay().isEmpty()) {
            sedge.console()
                    .say("learning rate or weight decay unknown, so gradient and decay are not told apart;"
                            + " give --lr and --weight-decay");
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

    private void requireSensibleNumbers() {
        for (int window : windows) {
            if (window < SMALLEST_WINDOW || window > SymmetricEigen.MAXIMUM_ORDER) {
                throw new UsageException("--window must be " + SMALLEST_WINDOW + " to " + SymmetricEigen.MAXIMUM_ORDER
                        + ", not " + window);
            }
        }
        if (stride != null && stride < 1) {
            throw new UsageException("--stride must be at least 1, not " + stride);
        }
        if (learningRate != null && !(learningRate > 0 && Double.isFinite(learningRate))) {
            throw new UsageException("--lr must be a finite number greater than 0, not " + learningRate);
        }
        if (weightDecay != null && !(weightDecay >= 0 && Double.isFinite(weightDecay))) {
            throw new UsageException("--weight-decay must be a finite number of at least 0, not " + weightDecay);
        }
    }

    private static OptionalDouble optional(Double value) {
        return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
    }
}
