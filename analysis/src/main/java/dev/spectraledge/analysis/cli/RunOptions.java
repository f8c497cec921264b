package dev.spectraledge.analysis.cli;

import dev.spectraledge.analysis.pretrained.PretrainedWeights;
import dev.spectraledge.trainer.UsageException;
import dev.spectraledge.trainer.config.ConfigResolver;
import dev.spectraledge.trainer.config.RunConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import picocli.CommandLine.Option;

/**
 * Flags for what people change most often. Each stands for a key of the configuration, which checks its value; every
 * other key is reached by {@code key=value}.
 */
final class RunOptions {
    private static final int MOST_RUNS = 10_000;
    private static final Set<String> CHANGEABLE = Set.of("training.steps", "training.stopOn", "device", "threads");

    @Option(names = "--seed", paramLabel = "N", description = "Seed of initial weights and batches (training.seed).")
    private String seed;

    @Option(
            names = "--seeds",
            paramLabel = "N|S,S,…",
            description = "Train several runs side by side in one process, each in DIR/seed-<seed>: a list of "
                    + "seeds, or a number of seeds starting at --seed (64 with --seed 42 means 42 to 105).")
    private String seeds;

    @Option(names = "--weight-decay", paramLabel = "DECAY", description = "Weight decay (training.weightDecay).")
    private String weightDecay;

    @Option(
            names = {"--lr", "--learning-rate"},
            paramLabel = "RATE",
            description = "Learning rate (training.learningRate).")
    private String learningRate;

    @Option(names = "--batch-size", paramLabel = "N", description = "Sequences drawn per step (training.batchSize).")
    private String batchSize;

    @Option(
            names = {"--steps", "--max-steps"},
            paramLabel = "N",
            description = "Maximum number of training steps (training.steps).")
    private String steps;

    @Option(
            names = "--stop-on",
            paramLabel = "WHEN",
            description = "End before --steps at a step or after an event: STEP, grok+N, stop_accuracy+N, or null "
                    + "for never (training.stopOn).")
    private String stopOn;

    @Option(names = "--window", paramLabel = "W", description = "Number of updates in the first observer's window.")
    private String window;

    @Option(names = "--stride", paramLabel = "N", description = "Steps per update of the first observer.")
    private String stride;

    @Option(
            names = "--subset",
            paramLabel = "SUBSET",
            description = "Parameters that the first observer watches: attention, blocks or all.")
    private String subset;

    @Option(
            names = "--storage",
            paramLabel = "STORAGE",
            description = "How the first observer stores updates: float32, bfloat16, or sketch (a short random "
                    + "projection).")
    private String storage;

    @Option(
            names = "--sketch-dimension",
            paramLabel = "D",
            description = "Dimension of the first observer's sketches (default: 10 times its window).")
    private String sketchDimension;

    @Option(names = "--device", paramLabel = "DEVICE", description = "Device: auto, cpu, cuda or reference.")
    private String device;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Number of worker threads; 0 means as many as a batch keeps busy, at most one per core.")
    private String threads;

    @Option(
            names = "--precision",
            paramLabel = "TYPE",
            description = "Precision: float32 or float64; on a GPU also tf32 or bf16 (training.precision).")
    private String precision;

    @Option(
            names = "--batching",
            paramLabel = "LAYOUT",
            description = "Layout of a batch: deduplicated, packed or padded; the results agree up to rounding, "
                    + "the speed differs (training.batching).")
    private String batching;

    @Option(
            names = "--checkpoints",
            paramLabel = "WHEN",
            description = "Which checkpoints to save: log, none, every:N or list:N,N,… (checkpoints.schedule).")
    private String checkpoints;

    @Option(
            names = "--init",
            paramLabel = "PATH",
            description = "Initial weights: a safetensors file with PyTorch's names, or a folder with a Hugging "
                    + "Face GPT-2, GPT-NeoX or Llama model, which also determines the model's shape "
                    + "(training.initialWeights).")
    private String initialWeights;

    @Option(
            names = "--data",
            paramLabel = "FILE",
            description = "Data: a safetensors file with train_x, train_y, test_x and test_y, or another format "
                    + "that the task reads (training.data).")
    private String data;

    @Option(
            names = "--batches",
            paramLabel = "FILE",
            description = "Batches: a safetensors file with batch_idx, one row per step (training.batches).")
    private String batches;

    @Option(
            names = "--pad-in-loss",
            description = "For documents of text: include padding in the loss (task.padInLoss).")
    private boolean padInLoss;

    @Option(
            names = "--trace",
            description = "Write trace.csv with the loss and gradient norm of every step (training.trace).")
    private boolean trace;

    @Option(
            names = "--tensorboard",
            description = "Also write a TensorBoard event file, events.out.tfevents, while training (tensorboard).")
    private boolean tensorboard;

    @Option(
            names = {"-o", "--out"},
            paramLabel = "DIR",
            description = "Run directory (default: runs/<task>_wd<decay>_s<seed>, with --seeds"
                    + " runs/<task>_wd<decay>_<number>seeds).")
    private String out;

    @Option(
            names = "--preset",
            paramLabel = "NAME",
            description = "Named settings: paper for all tasks; also slow for modular; also nano, small, medium, "
                    + "tinystories-51m, pilot-124m and gpt2-124m for text.")
    private String preset;

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "YAML file with settings; may be repeated.")
    private List<Path> files = new ArrayList<>();

    /** The resolved configuration of a new run. */
    RunConfig resolve(String task, List<String> overrides) {
        Map<String, String> flags = flags(task);
        RunConfig config = resolver(overrides, flags).resolve();
        Map<String, String> observer = observerFlags();
        if (observer.isEmpty()) {
            return config;
        }
        if (config.observers().isEmpty()) {
            throw new UsageException(
                    "--window, --stride and --subset need an observer, and this configuration has none");
        }
        String name = config.observers().getFirst().name();
        observer.forEach((key, value) -> flags.put("observers." + name + "." + key, value));
        return resolver(overrides, flags).resolve();
    }

    /** The seeds of runs side by side; empty if an ordinary run is wanted. */
    List<Long> seeds(RunConfig config) {
        if (seeds == null) {
            return List.of();
        }
        if (!seeds.matches("\\d{1,18}(,\\d{1,18})*,?")) {
            throw new UsageException("--seeds cannot be '" + seeds
                    + "'; it is a number of seeds, such as 64, or a list, such as 42,137");
        }
        if (!seeds.contains(",")) {
            long count = Long.parseLong(seeds);
            if (count < 1 || count > MOST_RUNS) {
                throw new UsageException("--seeds must be between 1 and " + MOST_RUNS + ", not " + count
                        + "; a list of one seed ends with a comma");
            }
            long first = config.training().seed();
            return LongStream.range(first, first + count).boxed().toList();
        }
        if (seed != null) {
            throw new UsageException("--seed is the first of a number of --seeds; with a list leave it out");
        }
        List<Long> list = Arrays.stream(seeds.split(",")).map(Long::valueOf).toList();
        if (list.stream().distinct().count() < list.size()) {
            throw new UsageException("--seeds must all be different, got " + seeds);
        }
        return list;
    }

    /**
     * What an earlier run is to go on with instead of its own settings, by dotted key.
     *
     * @throws UsageException if a flag asks for something that the run has decided already
     */
    Map<String, String> changes() {
        Map<String, String> changes = flags(null);
        boolean others = !observerFlags().isEmpty() || seeds != null || preset != null || !files.isEmpty();
        if (others || !CHANGEABLE.containsAll(changes.keySet())) {
            throw onlyChangeable();
        }
        return changes;
    }

    static UsageException onlyChangeable() {
        return new UsageException("--resume goes on with the run's own settings; leave out all others but --steps,"
                + " --stop-on, --device and --threads");
    }

    private ConfigResolver resolver(List<String> overrides, Map<String, String> flags) {
        ConfigResolver resolver = new ConfigResolver().weights(PretrainedWeights::settings);
        if (preset != null) {
            resolver.preset(preset);
        }
        files.forEach(resolver::file);
        overrides.forEach(resolver::override);
        return resolver.flags(flags);
    }

    private Map<String, String> flags(String task) {
        Map<String, String> flags = new LinkedHashMap<>();
        put(flags, "task.name", task);
        put(flags, "training.seed", seed);
        put(flags, "training.weightDecay", weightDecay);
        put(flags, "training.learningRate", learningRate);
        put(flags, "training.batchSize", batchSize);
        put(flags, "training.steps", steps);
        put(flags, "training.stopOn", stopOn);
        put(flags, "training.precision", precision);
        put(flags, "training.batching", batching);
        put(flags, "training.initialWeights", initialWeights);
        put(flags, "training.data", data);
        put(flags, "training.batches", batches);
        put(flags, "task.padInLoss", padInLoss ? "true" : null);
        put(flags, "training.trace", trace ? "true" : null);
        put(flags, "tensorboard", tensorboard ? "true" : null);
        put(flags, "device", device);
        put(flags, "threads", threads);
        put(flags, "out", out);
        if (checkpoints != null) {
            putSchedule(flags);
        }
        return flags;
    }

    private void putSchedule(Map<String, String> flags) {
        String[] parts = checkpoints.split(":", 2);
        String argument = parts.length == 2 ? parts[1] : null;
        flags.put("checkpoints.schedule", parts[0]);
        flags.put("checkpoints.every", parts[0].equals("every") && argument != null ? argument : "null");
        flags.put("checkpoints.steps", parts[0].equals("list") && argument != null ? "[" + argument + "]" : "[]");
        boolean takesArgument = parts[0].equals("every") || parts[0].equals("list");
        if (takesArgument != (argument != null)) {
            throw new UsageException(
                    "--checkpoints cannot be '" + checkpoints + "'; it is one of log, none, every:N, list:N,N,…");
        }
    }

    private Map<String, String> observerFlags() {
        Map<String, String> flags = new LinkedHashMap<>();
        put(flags, "window", window);
        put(flags, "stride", stride);
        put(flags, "subset", subset);
        put(flags, "storage", storage);
        put(flags, "dimension", sketchDimension);
        return flags;
    }

    private static void put(Map<String, String> flags, String key, String value) {
        if (value != null) {
            flags.put(key, value);
        }
    }
}
