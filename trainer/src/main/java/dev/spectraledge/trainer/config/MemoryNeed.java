package dev.spectraledge.trainer.config;

import dev.spectraledge.trainer.ParameterGroup;
import dev.spectraledge.trainer.ParameterSubset;
import dev.spectraledge.trainer.UsageException;
import dev.spectraledge.trainer.data.Batching;
import dev.spectraledge.trainer.io.ByteCount;
import dev.spectraledge.trainer.model.GptArchitecture;
import dev.spectraledge.trainer.model.ModelConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The least memory that runs side by side train with, known from their configuration before anything is allocated:
 * parameters, gradients, the optimiser's state, the observers' windows, the activations of a batch, and what a data set is
 * generated in. Each term is a part of what the trainer allocates and nothing is counted that it might do without, so what
 * is refused cannot fit. Computed in double precision, which does not overflow.
 */
public final class MemoryNeed {
    /** Key of the number of runs, which is no configuration key. */
    private static final String RUNS = "--seeds";

    /** What a worker of a host evaluates at once at most, unless one sequence has more rows. */
    private static final double EVALUATED_ROWS = 1024;
    /** Steps whose updates an observer on a host takes together. */
    private static final int BLOCK = 8;

    /**
     * Java's objects for a block of a model that is trained and evaluated on one lane: 28,000 bytes and more where there are
     * many blocks, as a test measures.
     */
    private static final double HEAP_OF_BLOCK = 24_000;

    private static final String THREADS = "threads";
    private static final String LAYERS = "model.layers";
    private static final String WIDTH = "model.width";
    private static final String HEADS = "model.heads";
    private static final String FEED_FORWARD = "model.feedForwardWidth";
    private static final String POSITIONS = "model.positions";
    private static final String CONTEXT = "task.contextLength";
    private static final String VOCABULARY = "task.vocabulary";
    private static final String SEQUENCES = "task.sequences";
    private static final String BATCH = "training.batchSize";

    private final RunConfig config;
    private final boolean onHost;
    /** By key. */
    private final Map<String, Double> sizes;

    /**
     * @param runs side by side
     * @param workers of a host, which each have a gradient of their own; 0 for a device
     */
    public MemoryNeed(RunConfig config, int runs, int workers) {
        this.config = config;
        onHost = workers > 0;
        sizes = sizes(config);
        sizes.put(RUNS, (double) runs);
        sizes.put(THREADS, Math.max(1.0, workers));
    }

    private static Map<String, Double> sizes(RunConfig config) {
        ModelConfig model = config.model();
        Map<String, Double> sizes = new LinkedHashMap<>();
        sizes.put(LAYERS, (double) model.layers());
        sizes.put(WIDTH, (double) model.width());
        sizes.put(HEADS, (double) model.heads());
        sizes.put(FEED_FORWARD, (double) model.feedForwardWidth());
        sizes.put(POSITIONS, (double) model.positions());
        sizes.put(BATCH, (double) config.training().largestBatchSize());
        sizes.put(CONTEXT, (double) config.task().contextLength());
        sizes.put(VOCABULARY, (double) config.task().vocabulary());
        sizes.put(SEQUENCES, (double) config.task().stagedSequences());
        for (ObserverConfig observer : config.observers()) {
            sizes.put(windowKey(observer), (double) observer.window());
        }
        return sizes;
    }

    private static String windowKey(ObserverConfig observer) {
        return "observers." + observer.name() + ".window";
    }

    /** Bytes. */
    public double bytes() {
        return bytes(sizes);
    }

    /** Bytes of Java's heap, which holds what describes the layers; their numbers are elsewhere. */
    public double heapBytes() {
        return HEAP_OF_BLOCK * config.task().stacks() * sizes.get(LAYERS);
    }

    private double bytes(Map<String, Double> of) {
        double element = config.training().precision().type().bytes();
        double runs = of.get(RUNS);
        double workers = of.get(THREADS);
        // Of several runs on a host, those of a worker take turns; an only run's batch is shared out among the workers.
        double models = runs > 1 || !onHost ? runs : 1;
        double gradients = runs > 1 || !onHost ? runs : workers;
        double numbers = parameters(of, ParameterSubset.ALL) * (models * (1 + moments()) + gradients)
                + runs * windows(of)
                + runs * directions(of)
                + rows(of) * activationsOfRow(of)
                + gathered(of);
        return element * numbers + staged(of);
    }

    private double parameters(Map<String, Double> of, ParameterSubset subset) {
        return subset.groups().stream()
                .mapToDouble(group -> parameters(of, group))
                .sum();
    }

    /**
     * Matrices of attention and feed-forward, the table of positions, and of a language model that of the tokens and its head;
     * vectors and the tables of other models are small.
     */
    private double parameters(Map<String, Double> of, ParameterGroup group) {
        double width = of.get(WIDTH);
        double blocks = config.task().stacks() * of.get(LAYERS);
        return switch (group) {
            case ATTENTION -> blocks * 4 * width * width;
            case FEED_FORWARD -> blocks * (config.model().gated() ? 3 : 2) * width * of.get(FEED_FORWARD);
            case OTHER -> {
                double tokens = (hasOwnHead() ? 2 : 1) * of.get(VOCABULARY);
                yield (config.model().rotaryShare() > 0 ? tokens : of.get(POSITIONS) + tokens) * width;
            }
        };
    }

    /** Whether a language model has a table of its own for what it says. */
    private boolean hasOwnHead() {
        return config.task().trainsGpt() && !config.model().tied();
    }

    /** Vectors as long as the parameters that the optimiser keeps. */
    private double moments() {
        return switch (config.training().optimizer()) {
            case ADAMW -> 2;
            case ADAM -> 3;
            case SGD -> config.training().momentum() > 0 ? 1 : 0;
            case MUON -> 1;
        };
    }

    /** Those that a gradient is confined to, or the gradients that they are of, and what is left of it. */
    private double directions(Map<String, Double> of) {
        Integer rank = config.training().attentionGradientRank();
        if (rank == null) {
            return 0;
        }
        boolean moves = config.training().attentionGradientDirections() == GradientDirections.EDGE;
        return ((moves ? GradientDirections.WINDOW : rank) + 1) * parameters(of, ParameterSubset.ATTENTION);
    }

    private double windows(Map<String, Double> of) {
        double numbers = 0;
        for (ObserverConfig observer : config.observers()) {
            numbers += vectors(of, observer) * parameters(of, observer.subset());
        }
        return numbers;
    }

    /** As long as what is watched, that an observer keeps. */
    private double vectors(Map<String, Double> of, ObserverConfig observer) {
        double window = of.get(windowKey(observer));
        return switch (observer.storage()) {
            case SKETCH -> 1;
            case BFLOAT16 -> 1 + window / 2;
            case FLOAT32 -> window + (onHost ? observer.block(BLOCK, parameters(of, observer.subset())) : 0);
        };
    }

    /** Rows that there are activations for: of the batches, and on a host at least those that each worker evaluates at once. */
    private double rows(Map<String, Double> of) {
        double runs = of.get(RUNS);
        double workers = of.get(THREADS);
        double ofBatch = of.get(BATCH) * context(of);
        if (!onHost) {
            return runs * ofBatch;
        }
        return runs > 1
                ? Math.min(runs, workers) * ofBatch
                : Math.max(ofBatch, workers * Math.min(EVALUATED_ROWS, ofBatch));
    }

    /**
     * In each block the norms, queries, keys and values, mixed values, attention's and the block's output of a row, its
     * attention to each position unless that is computed again, and the hidden layer before and after its activation.
     */
    private double activationsOfRow(Map<String, Double> of) {
        boolean kept = !config.task().trainsGpt() || GptArchitecture.keepsAttention(of.get(CONTEXT));
        double attention = kept ? of.get(HEADS) * context(of) : 0;
        double ofBlock = 8 * of.get(WIDTH) + 2 * of.get(FEED_FORWARD) + attention;
        return of.get(LAYERS) * ofBlock;
    }

    /**
     * Where sequences share prefixes, the keys and values that they see, in each block, and the derivatives by those of one; each
     * worker must have room for all sequences of a batch.
     */
    private double gathered(Map<String, Double> of) {
        if (config.training().batching() != Batching.PREFIXES) {
            return 0;
        }
        double runs = of.get(RUNS);
        double workers = of.get(THREADS);
        double models = !onHost ? runs : runs > 1 ? Math.min(runs, workers) : workers;
        return models * of.get(BATCH) * context(of) * 2 * of.get(WIDTH) * (of.get(LAYERS) + 1);
    }

    /** The sequences of a file may be shorter than the task's own. */
    private double context(Map<String, Double> of) {
        return config.training().data() == null ? of.get(CONTEXT) : 1;
    }

    /** Tokens and targets of a data set that is generated. */
    private double staged(Map<String, Double> of) {
        boolean generated = onHost && config.training().data() == null;
        return generated ? 2.0 * Integer.BYTES * of.get(SEQUENCES) * of.get(CONTEXT) : 0;
    }

    /**
     * Refuses what cannot fit.
     *
     * @param there bytes of memory
     * @param place what has so much
     * @throws UsageException that names the keys which are too large, and how large each of them could be
     */
    public void requireAtMost(double there, String place) {
        if (bytes() > there) {
            List<String> culprits = culprits();
            String blamed = culprits.isEmpty()
                    ? "task.name=" + config.task().name()
                    : culprits.stream()
                            .map(key -> assignment(key, sizes.get(key)))
                            .collect(Collectors.joining(", "));
            List<String> fitting = culprits.stream()
                    .filter(key -> largest(key, there) >= 1)
                    .map(key -> assignment(key, largest(key, there)))
                    .toList();
            throw new UsageException(blamed + ": at least " + ByteCount.text(bytes()) + " of memory needed; " + place
                    + " has " + ByteCount.text(there)
                    + (fitting.isEmpty() ? "" : ", enough for " + String.join(" or ", fitting) + " at most"));
        }
        requireCountable("matrix", "numbers", 3, WIDTH, WIDTH);
        requireCountable("matrix", "numbers", 1, WIDTH, FEED_FORWARD);
        requireCountable("matrix", "numbers", 1, POSITIONS, WIDTH);
        requireCountable("matrix", "numbers", 1, VOCABULARY, WIDTH);
        requireCountable("batch", "rows", 1, BATCH, CONTEXT);
    }

    /**
     * Refuses layers that are too many for the objects which describe them.
     *
     * @param there bytes that Java's heap may have
     * @throws UsageException that names their number
     */
    public void requireHeapAtMost(double there) {
        if (heapBytes() > there) {
            throw new UsageException(assignment(LAYERS) + ": at least " + ByteCount.text(heapBytes())
                    + " of Java's heap needed; it has " + ByteCount.text(there));
        }
    }

    /** The largest value of a key with which all else could fit; 0 if none does. */
    private double largest(String key, double there) {
        double fits = 0;
        double tooLarge = sizes.get(key);
        while (tooLarge - fits > 1) {
            double middle = Math.floor((fits + tooLarge) / 2);
            Map<String, Double> changed = new LinkedHashMap<>(sizes);
            changed.put(key, middle);
            if (bytes(changed) <= there) {
                fits = middle;
            } else {
                tooLarge = middle;
            }
        }
        return fits;
    }

    /** Kernels count what is in a matrix, and rows, with 31 bits. */
    private void requireCountable(String what, String parts, int factor, String first, String second) {
        double count = factor * sizes.get(first) * sizes.get(second);
        if (count > Integer.MAX_VALUE) {
            String keys = first.equals(second) ? assignment(first) : assignment(first) + ", " + assignment(second);
            throw new UsageException(String.format(
                    Locale.ROOT,
                    "%s: a %s of %.0f %s; at most %d are possible",
                    keys,
                    what,
                    count,
                    parts,
                    Integer.MAX_VALUE));
        }
    }

    /**
     * Keys whose values are to blame: those without which, at the task's defaults, half of the memory or less is enough; if
     * there are none, all that are above their defaults.
     */
    private List<String> culprits() {
        Map<String, Double> usual = sizes(new ConfigResolver()
                .flags(Map.of("task.name", config.task().name()))
                .resolve());
        usual.put(RUNS, 1.0);
        usual.put(THREADS, (double) Runtime.getRuntime().availableProcessors());
        List<String> larger = new ArrayList<>();
        List<String> decisive = new ArrayList<>();
        sizes.forEach((key, size) -> {
            double other = usual.getOrDefault(key, size);
            if (size > other) {
                larger.add(key);
                Map<String, Double> changed = new LinkedHashMap<>(sizes);
                changed.put(key, other);
                if (bytes(changed) <= bytes() / 2) {
                    decisive.add(key);
                }
            }
        });
        return decisive.isEmpty() ? larger : decisive;
    }

    private String assignment(String key) {
        return assignment(key, sizes.get(key));
    }

    private static String assignment(String key, double value) {
        return String.format(Locale.ROOT, key.equals(RUNS) ? "%2$.0f runs (%1$s)" : "%s=%.0f", key, value);
    }
}
