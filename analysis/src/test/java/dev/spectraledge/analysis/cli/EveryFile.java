package dev.spectraledge.analysis.cli;

import static dev.spectraledge.analysis.cli.CommandLineRunner.succeed;

import dev.spectraledge.analysis.earlywarning.SyntheticRuns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;

/** Makes one file of each kind that the program writes, by its own commands, as small as they can be. */
public final class EveryFile {
    private static final List<String> SMALL = List.of(
            "model.layers=1",
            "model.width=8",
            "model.heads=2",
            "model.feedForwardWidth=8",
            "training.batchSize=8",
            "training.stopOn=null",
            "device=cpu",
            "threads=1");
    private static final Path FOREIGN = Path.of("src/test/resources/dev/spectraledge/analysis/checkpoint/nanogpt");
    private static final Path KEPT = Path.of("..", "bench", "results");

    private final Path folder;

    private EveryFile(Path folder) {
        this.folder = folder;
    }

    /** Fills a folder. */
    public static void into(Path folder) throws IOException {
        EveryFile every = new EveryFile(folder);
        every.runs();
        every.analyses();
        every.sweep();
        every.earlyWarning();
        every.keptReproductions();
    }

    private void runs() throws IOException {
        run(
                "dyck",
                "dyck",
                8,
                "task.sequences=80",
                "training.trace=true",
                "training.logitGradients=true",
                "evaluation.every=2",
                "evaluation.defectEvery=4",
                "evaluation.curvatureEvery=4",
                "evaluation.attentionEvery=4",
                "checkpoints.schedule=every",
                "checkpoints.every=1",
                "observers=[{name: steps, window: 4, subset: all, groups: true, alsoWindows: [3], nullEvery: 8},"
                        + " {name: sketch, window: 4, storage: sketch, nulls: false},"
                        + " {name: half, window: 4, storage: bfloat16, nulls: false},"
                        + " {name: raw, window: 4, of: gradients, nulls: false}]");
        succeed(List.of("run", "--resume", folder.resolve("dyck").toString(), "--steps", "10"));
        run("modular", "add", 6, "task.operation=add+mul", "task.prime=7", "evaluation.every=3");
        run("scan", "scan", 2, "task.trainExamples=8", "task.testExamples=8", "evaluation.every=2");
        Path corpus = corpus("one", "What hath night to do with sleep? ");
        Path other = corpus("other", "Farewell happy fields, where joy for ever dwells. ");
        run(
                "text",
                "text",
                6,
                "task.corpus=" + corpus,
                "task.shiftedCorpus=" + other,
                "task.contextLength=8",
                "training.shiftAfter=3",
                "evaluation.every=3",
                "evaluation.tokens=50");
        succeed(List.of("experiment", "training-record", folder.resolve("dyck").toString()));
    }

    private void run(String task, String name, int steps, String... settings) {
        List<String> command = new ArrayList<>(List.of("run", task));
        command.addAll(SMALL);
        command.addAll(List.of(settings));
        command.addAll(List.of(
                "--steps",
                Integer.toString(steps),
                "--out",
                folder.resolve(name).toString()));
        succeed(command);
    }

    private Path corpus(String name, String sentence) throws IOException {
        Path text = Files.writeString(folder.resolve(name + ".txt"), sentence.repeat(40));
        Path corpus = folder.resolve(name);
        succeed(List.of("data", "text", text.toString(), "--tokenizer", "bytes", "--out", corpus.toString()));
        return corpus;
    }

    private void analyses() {
        String snapshots = folder.resolve("dyck/checkpoints").toString();
        succeed(List.of(
                "analyze",
                snapshots,
                "--subset",
                "all",
                "--windows",
                "4,3",
                "--metrics",
                folder.resolve("dyck/metrics.csv").toString(),
                "-o",
                folder.resolve("analysis").toString()));
        succeed(List.of(
                "analyze",
                FOREIGN.toString(),
                "--window",
                "2",
                "-o",
                folder.resolve("parts").toString()));
        List<String> files = Stream.of(1, 2, 3, 4)
                .map(step -> folder.resolve("dyck/checkpoints/step_00000" + step + ".safetensors")
                        .toString())
                .toList();
        for (String method : List.of("streaming", "frequent-directions")) {
            svd(files, method, "--method", method, "--rank", "1");
        }
        svd(files.subList(0, 1), "matrices", "--rank", "2");
        succeed(List.of(
                "compare",
                folder.resolve("dyck").toString(),
                folder.resolve("add").toString(),
                "-o",
                folder.resolve("compare").toString()));
    }

    private void svd(List<String> files, String name, String... options) {
        List<String> command = new ArrayList<>(List.of("svd"));
        command.addAll(files);
        command.addAll(List.of(options));
        command.addAll(List.of("--out", folder.resolve("svd-" + name).toString()));
        succeed(command);
    }

    private void sweep() throws IOException {
        Path file = Files.writeString(folder.resolve("sweep.yaml"), """
            task: modular
            task.operation: add+mul
            task.prime: 7
            model: {layers: 1, width: 8, heads: 2, feedForwardWidth: 8}
            training: {steps: 4, batchSize: 8, stopOn: null}
            evaluation.every: 2
            observers: []
            device: cpu
            sweep: {seeds: 2}
            """);
        String plan = folder.resolve("sweep").toString();
        succeed(List.of("sweep", "plan", file.toString(), "-o", plan));
        succeed(List.of("sweep", "run", plan, "--threads", "1"));
        succeed(List.of("sweep", "report", plan, "--column", "train_loss"));
    }

    private void earlyWarning() {
        SyntheticRuns runs = new SyntheticRuns(folder.resolve("traced"), 1);
        for (int run = 0; run < 6; run++) {
            runs.addTraced(
                    run / 2, run % 2 == 0 ? OptionalInt.of(400 + run) : OptionalInt.empty(), OptionalInt.empty());
        }
        succeed(List.of(
                "early-warning",
                "--event",
                "spike",
                folder.resolve("traced").toString(),
                "-o",
                folder.resolve("warning").toString()));
    }

    /** A reproduction takes minutes; its tables are kept, and tests judge them again. */
    private void keptReproductions() throws IOException {
        try (Stream<Path> files = Files.walk(KEPT)) {
            Path table = files.filter(file -> file.endsWith("lifecycle.csv"))
                    .findFirst()
                    .orElseThrow();
            Files.copy(table, folder.resolve("lifecycle.csv"));
        }
    }
}
