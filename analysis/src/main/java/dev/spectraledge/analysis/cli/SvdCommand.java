package dev.spectraledge.analysis.cli;

import dev.spectraledge.analysis.decomposition.CertifiedSpectrum;
import dev.spectraledge.analysis.decomposition.Decomposition;
import dev.spectraledge.analysis.decomposition.DecompositionFolder;
import dev.spectraledge.analysis.decomposition.DecompositionResult;
import dev.spectraledge.analysis.decomposition.DecompositionSettings;
import dev.spectraledge.analysis.decomposition.Method;
import dev.spectraledge.analysis.decomposition.RowKind;
import dev.spectraledge.analysis.offline.AnalysisFolder;
import dev.spectraledge.kernels.Workers;
import dev.spectraledge.trainer.ParameterSubset;
import dev.spectraledge.trainer.UsageException;
import dev.spectraledge.trainer.config.DeviceChoice;
import dev.spectraledge.trainer.config.Precision;
import dev.spectraledge.trainer.io.Json;
import dev.spectraledge.trainer.io.NearestName;
import dev.spectraledge.trainer.run.CheckpointFolder;
import dev.spectraledge.trainer.run.Environment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code sedge svd}. */
@Command(
        name = "svd",
        description = {
            "Computes the leading singular values of the matrices in safetensors files, or of a trajectory of files,"
                    + " each between certified bounds.",
            "One file: every matrix in it (randomized). Several files, or a folder of checkpoints: the matrix whose"
                    + " rows are the differences from one file to the next (streaming), in one pass that never holds the"
                    + " trajectory in memory."
        },
        footer = {
            "",
            "Examples:",
            "  sedge svd model.safetensors --rank 20",
            "  sedge svd runs/dyck_wd1_s42 --subset attention --out svd/dyck",
            "  sedge svd step_*.safetensors --method frequent-directions --json"
        },
        mixinStandardHelpOptions = true)
final class SvdCommand implements Callable<Integer> {
    private static final int LARGEST_RANK = 1000;
    private static final List<String> DEVICES = List.of("cpu", "cuda");
    private static final String ROW = "%6s  %14s  %14s  %14s  %12s%n";

    @ParentCommand
    private Sedge sedge;

    @Parameters(
            arity = "1..*",
            paramLabel = "FILE",
            description = "Safetensors files in order, folders of checkpoints, or run directories.")
    private List<Path> named;

    @Option(
            names = "--rank",
            paramLabel = "R",
            description = "Singular values to compute (default: ${DEFAULT-VALUE}).",
            defaultValue = "10")
    private int rank;

    @Option(
            names = "--method",
            paramLabel = "METHOD",
            description = "randomized, streaming or frequent-directions (default: by the number of files).")
    private String method;

    @Option(
            names = "--subset",
            description = "Parameters to decompose: attention, blocks or all (default: ${DEFAULT-VALUE}).",
            converter = SubsetConverter.class,
            defaultValue = "all")
    private ParameterSubset subset;

    @Option(
            names = "--rows",
            paramLabel = "ROWS",
            description = "Rows of a trajectory: updates (differences from one file to the next) or snapshots (the "
                    + "files as they are) (default: updates).")
    private String rows;

    @Option(
            names = "--device",
            paramLabel = "DEVICE",
            description = "cpu, or cuda for --method randomized (default: ${DEFAULT-VALUE}).",
            defaultValue = "cpu")
    private String device;

    @Option(
            names = "--seed",
            description = "Seed of the random sketches (default: ${DEFAULT-VALUE}).",
            defaultValue = "0")
    private long seed;

    @Option(
            names = {"-o", "--out"},
            paramLabel = "DIR",
            description = "Folder for svd.json, svd.csv, spectra.svg and report.html (default: none).")
    private Path out;

    @Option(names = "--json", description = "Print the spectra as JSON instead of tables.")
    private boolean json;

    @Override
    public Integer call() {
        if (rank < 1 || rank > LARGEST_RANK) {
            throw new UsageException("--rank must be 1 to " + LARGEST_RANK + ", not " + rank);
        }
        requireOneOf("--device", device, DEVICES);
        List<Path> files = files();
        Method chosen = chosenMethod(files);
        RowKind rowKind = rowKind(chosen);
        if (out != null) {
            AnalysisFolder.requireFree(out, files.getFirst(), true);
        }
        DecompositionSettings settings = new DecompositionSettings(files, chosen, rank, subset, rowKind, seed);
        DecompositionResult result = decompose(settings);
        Map<String, Object> document = document(settings, result);
        Path page = out == null ? null : new DecompositionFolder(out).write(result, document);
        if (json) {
            sedge.console().out().print(Json.pretty(document));
        } else {
            result.spectra().forEach(this::print);
        }
        if (page != null) {
            sedge.console().say("report: " + page);
        }
        return Sedge.OK;
    }

    private List<Path> files() {
        List<Path> files = new ArrayList<>();
        for (Path path : named) {
            if (Files.isDirectory(path)) {
                files.addAll(CheckpointFolder.list(path).values());
            } else {
                files.add(path);
            }
        }
        return files;
    }

    private Method chosenMethod(List<Path> files) {
        if (method != null) {
            requireOneOf("--method", method, Method.keys());
        }
        Method chosen = method == null
                ? files.size() > 1 ? Method.STREAMING : Method.RANDOMIZED
                : Method.valueOf(method.toUpperCase(Locale.ROOT).replace('-', '_'));
        if (chosen.isOfTrajectory() && files.size() < 2) {
            throw new UsageException("--method " + chosen.key() + " is for a trajectory of at least 2 files, got 1;"
                    + " --method " + Method.RANDOMIZED.key() + " takes the matrices of one");
        }
        if (chosen.isOfTrajectory() && !device.equals("cpu")) {
            throw new UsageException("--device " + device + " computes --method " + Method.RANDOMIZED.key()
                    + " only; --method " + chosen.key() + " reads one file after the other on the cpu");
        }
        return chosen;
    }

    private RowKind rowKind(Method chosen) {
        if (rows == null) {
            return RowKind.UPDATES;
        }
        requireOneOf("--rows", rows, List.of(RowKind.UPDATES.key(), RowKind.SNAPSHOTS.key()));
        if (!chosen.isOfTrajectory()) {
            throw new UsageException(
                    "--rows is for trajectories; --method " + chosen.key() + " takes each matrix as it is");
        }
        return RowKind.valueOf(rows.toUpperCase(Locale.ROOT));
    }

    private static void requireOneOf(String option, String value, List<String> allowed) {
        if (!allowed.contains(value)) {
            throw new UsageException(option + " cannot be '" + value + "'; it is one of " + String.join(", ", allowed)
                    + NearestName.hint(value, allowed));
        }
    }

    private DecompositionResult decompose(DecompositionSettings settings) {
        DeviceChoice choice = DeviceChoice.valueOf(device.toUpperCase(Locale.ROOT));
        try (ComputeDevice opened = ComputeDevice.open(choice, Precision.FLOAT32, sedge.console()::say);
                Workers workers = new Workers(opened.usefulWorkers())) {
            return new Decomposition(settings, opened.backend(), workers, opened.factorizations(), opened.memoryLimit())
                    .run();
        }
    }

    private Map<String, Object> document(DecompositionSettings settings, DecompositionResult result) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("files", settings.files());
        document.put("method", settings.method().key());
        document.put("rank", rank);
        document.put("subset", subset.key());
        document.put(
                "rows_are", settings.method().isOfTrajectory() ? settings.rows().key() : null);
        document.put("seed", seed);
        document.put("device", device);
        document.put("version", Environment.projectVersion());
        document.put(
                "matrices",
                result.spectra().stream().map(CertifiedSpectrum::document).toList());
        document.put("left_out", result.leftOut());
        return document;
    }

    private void print(CertifiedSpectrum spectrum) {
        sedge.console()
                .out()
                .printf(
                        Locale.ROOT,
                        "%s  %,d × %,d  ‖A‖ %.6g%n",
                        spectrum.name(),
                        spectrum.rows(),
                        spectrum.columns(),
                        spectrum.frobeniusNorm());
        sedge.console().out().printf(Locale.ROOT, ROW, "k", "sigma", "at least", "at most", "share");
        for (int index = 0; index < spectrum.values().length; index++) {
            sedge.console()
                    .out()
                    .printf(
                            Locale.ROOT,
                            ROW,
                            index + 1,
                            number(spectrum.values()[index]),
                            number(spectrum.lower()[index]),
                            number(spectrum.upper()[index]),
                            String.format(Locale.ROOT, "%.4f", spectrum.share(index + 1)));
        }
        spectrum.certificate()
                .forEach((name, value) -> sedge.console()
                        .out()
                        .println("        " + name.replace('_', ' ') + " "
                                + (value instanceof Double real ? number(real) : value)));
        sedge.console().out().println();
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.6g", value);
    }
}
