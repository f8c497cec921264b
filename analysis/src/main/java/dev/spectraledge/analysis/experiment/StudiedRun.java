package dev.spectraledge.analysis.experiment;

import dev.spectraledge.analysis.offline.AnalysisFolder;
import dev.spectraledge.analysis.phase.GrokRule;
import dev.spectraledge.analysis.phase.PhaseSteps;
import dev.spectraledge.analysis.protocol.Protocol;
import dev.spectraledge.analysis.protocol.Protocols;
import dev.spectraledge.analysis.report.RunRecord;
import dev.spectraledge.analysis.report.RunTable;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.Observed;
import dev.spectraledge.trainer.ParameterSubset;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.config.RunConfig;
import dev.spectraledge.trainer.data.SplitData;
import dev.spectraledge.trainer.io.SafetensorsFile;
import dev.spectraledge.trainer.model.Architecture;
import dev.spectraledge.trainer.model.ParameterLayout;
import dev.spectraledge.trainer.model.ParameterSpec;
import dev.spectraledge.trainer.model.Parameters;
import dev.spectraledge.trainer.optimizer.DecayedParameters;
import dev.spectraledge.trainer.run.CheckpointFolder;
import dev.spectraledge.trainer.run.RunDirectory;
import dev.spectraledge.trainer.step.TrainingSetup;
import dev.spectraledge.trainer.training.RunInputs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A trained run to be experimented on: the tables that it left and, where it kept snapshots, what it was trained on, its
 * architecture and weights. Weights are read in FLOAT64, so that small differences mean something. An analysis of checkpoints has
 * tables alone.
 */
public final class StudiedRun implements AutoCloseable {
    /** Stands for the task where checkpoints of any program were analysed. */
    static final String ANALYSIS = "analysis";

    private final Path directory;
    /** Null for an analysis. */
    private final RunConfig config;

    private final Backends backends;
    private final Protocols protocols;
    private final List<StudiedRun> variants = new CopyOnWriteArrayList<>();
    private final RunTable metrics;
    private final OptionalLong seed;

    /** Null until something asks for it: tables need none of it. */
    private Training training;

    /** What a training has. */
    private record Training(
            RunInputs inputs, TrainingSetup setup, ParameterLayout layout, NavigableMap<Long, Path> snapshots) {}

    private StudiedRun(Path directory, RunConfig config, OptionalLong seed, Backends backends, Protocols protocols) {
        this.backends = backends;
        this.protocols = protocols;
        this.directory = directory;
        this.config = config;
        this.seed = seed;
        Path table = directory.resolve("metrics.csv");
        metrics = Files.exists(table) ? RunTable.read(table) : null;
    }

    /**
     * A run directory, or the folder of an analysis.
     *
     * @param backends that experiments on it compute with
     * @throws RunException with one line if it is none
     */
    public static StudiedRun open(Path directory, Backends backends) {
        return open(directory, backends, Protocols.PUBLISHED);
    }

    /** The same for experiments of which something is chosen otherwise than in the papers. */
    public static StudiedRun open(Path directory, Backends backends, Protocols protocols) {
        if (!RunDirectory.isOne(directory) && Files.exists(directory.resolve(AnalysisFolder.DOCUMENT))) {
            return new StudiedRun(directory, null, OptionalLong.empty(), backends, protocols);
        }
        RunConfig config = RunConfig.read(directory.resolve("config.json"));
        return new StudiedRun(
                directory, config, OptionalLong.of(config.training().seed()), backends, protocols);
    }

    /**
     * A folder of snapshots that another program left, with the configuration that describes it.
     *
     * @throws RunException with one line if there are none
     */
    public static StudiedRun of(Path snapshots, RunConfig config, Backends backends) {
        return of(snapshots, config, backends, Protocols.PUBLISHED);
    }

    private static StudiedRun of(Path snapshots, RunConfig config, Backends backends, Protocols protocols) {
        StudiedRun run = new StudiedRun(snapshots, config, OptionalLong.empty(), backends, protocols);
        run.training();
        return run;
    }

    /** Of a run that is trained alike throughout; read once, by whoever asks first. */
    private synchronized Training training() {
        if (training == null) {
            Objections.weights(this).ifPresent(reason -> {
                throw new RunException(directory + ": " + reason);
            });
            NavigableMap<Long, Path> snapshots =
                    Collections.unmodifiableNavigableMap(new TreeMap<>(CheckpointFolder.list(directory)));
            RunInputs inputs = new RunInputs(List.of(config));
            TrainingSetup setup = inputs.setup();
            training = new Training(inputs, setup, setup.architecture().layout(), snapshots);
        }
        return training;
    }

    /** Whether there are tables alone. */
    public boolean isAnalysis() {
        return config == null;
    }

    /** Whether weights were kept. */
    public boolean hasSnapshots() {
        return CheckpointFolder.holdsAny(directory);
    }

    /** Everything that was written while it trained, or that an analysis found. */
    public RunRecord record() {
        return RunRecord.read(directory);
    }

    /** The same snapshots under another configuration, for as long as this run is open. */
    public StudiedRun variant(RunConfig other) {
        StudiedRun variant = StudiedRun.of(directory, other, backends, protocols);
        variants.add(variant);
        return variant;
    }

    /** Name for messages and titles. */
    public String name() {
        return directory.toAbsolutePath().normalize().getFileName().toString();
    }

    /** What is measured is computed with it, on the host. */
    public Backend backend() {
        return backends.measuring();
    }

    /** What computes for experiments on this run. */
    public Backends backends() {
        return backends;
    }

    public Path directory() {
        return directory;
    }

    /**
     * Every setting.
     *
     * @throws RunException if this is an analysis
     */
    public RunConfig config() {
        if (config == null) {
            throw new RunException(directory + ": an analysis of checkpoints has no settings of a training");
        }
        return config;
    }

    /** The task's name; {@value #ANALYSIS} for an analysis. */
    public String task() {
        return config == null ? ANALYSIS : config.task().name();
    }

    /** What is chosen of an experiment for this run's task. */
    public Protocol protocol(String experiment) {
        return protocols.of(task(), experiment);
    }

    /** What of that is chosen otherwise than in the papers, by the parameters' names. */
    Map<String, String> changes(String experiment) {
        return protocols.changes(task(), experiment);
    }

    /** What decides the numbers of the run. */
    public TrainingSetup setup() {
        return training().setup();
    }

    public SplitData data() {
        return setup().data().getFirst();
    }

    public Architecture architecture() {
        return setup().architecture();
    }

    public ParameterLayout layout() {
        return training().layout();
    }

    /** The seed that it was trained with; empty where another program trained it, and the configuration's is nobody's. */
    public OptionalLong seed() {
        return seed;
    }

    /** η. */
    public double learningRate() {
        return config().training().learningRate();
    }

    /** ω. */
    public double weightDecay() {
        return config().training().weightDecay();
    }

    /**
     * ω as it acts on θ_A: 0 where {@code training.decayed} leaves that out.
     *
     * @throws RunException if it acts on some of the attention matrices only, so that there is no such number
     */
    public double attentionDecay() {
        if (!decaysAttentionAlike()) {
            throw new RunException(name() + ": weight decay acts on some of the attention matrices only"
                    + " (training.decayed=" + config().training().decayed()
                    + "), so its effect on all of them together cannot be estimated");
        }
        return attentionFactor() * weightDecay();
    }

    /** Whether weight decay acts on all of the attention matrices or on none of them. */
    public boolean decaysAttentionAlike() {
        return !Double.isNaN(attentionFactor());
    }

    private double attentionFactor() {
        return decayed().factor(layout(), ParameterSubset.ATTENTION);
    }

    /** ω as it acts on one tensor. */
    public double weightDecay(ParameterSpec spec) {
        return decayed().contains(spec) ? weightDecay() : 0;
    }

    private DecayedParameters decayed() {
        return DecayedParameters.of(config().training().decayed());
    }

    /** Steps of the snapshots, ascending. */
    public NavigableSet<Long> steps() {
        return training().snapshots().navigableKeySet();
    }

    /** Whether there is a {@code metrics.csv} with test accuracies; another program's may name them otherwise. */
    public boolean hasMetrics() {
        return metrics != null && metrics.column("test_accuracy").isPresent();
    }

    /** Whether {@code metrics.csv} is there and has a column. */
    public boolean records(String column) {
        return metrics != null && metrics.column(column).isPresent();
    }

    /** {@code metrics.csv}; throws a RunException if there is none. */
    public RunTable metrics() {
        if (metrics == null) {
            throw new RunException(directory + ": has no metrics.csv");
        }
        return metrics;
    }

    /**
     * What was recorded while the run trained of windows of {@code window} updates of θ_A, each over {@code stride} steps: a
     * row per window, with the exact parts of the updates. Empty if no observer watched them.
     */
    public Optional<RunTable> spectrum(long stride, int window) {
        return config().observers().stream()
                .filter(observer -> observer.of() == Observed.UPDATES
                        && observer.stride() == stride
                        && observer.window() == window
                        && observer.subset() == ParameterSubset.ATTENTION)
                .map(observer -> RunDirectory.spectrum(directory, config, observer.name()))
                .filter(Files::exists)
                .map(RunTable::read)
                .findFirst();
    }

    /** t95, the first evaluated step with a test accuracy of at least 0.95; empty if there is none. */
    public OptionalLong grokStep() {
        return grokStep(GrokRule.FIRST_95);
    }

    /** The grok step of a rule; empty if there is none. */
    public OptionalLong grokStep(GrokRule rule) {
        return rule.step(metrics().steps(), metrics().require("test_accuracy"));
    }

    /**
     * The phases that this run's metrics show.
     *
     * @param snapshots to look at: this run's or those of another one that has no phases of its own
     * @throws RunException if the run has no accuracies to find phases in
     */
    public PhaseSteps phases(NavigableSet<Long> snapshots) {
        if (!hasMetrics()) {
            throw new RunException(directory + ": has no metrics.csv with test accuracies to find phases in; name"
                    + " steps (--phases STEP,STEP,…), or take another run's (--phases-of RUN) or the paper's"
                    + " (--phases published)");
        }
        return PhaseSteps.detected(grokStep(), snapshots);
    }

    /**
     * Reads the weights of a snapshot into {@code target [1, P]}.
     *
     * @throws RunException if there is no such snapshot, or it does not fit the model
     */
    public void read(long step, Parameters target) {
        try (SafetensorsFile tensors = snapshot(step)) {
            for (var named : target.named(0).entrySet()) {
                read(tensors, named.getKey(), named.getValue());
            }
        }
    }

    /**
     * Reads θ_A of a snapshot, which need not hold anything else, into {@code target [1, p]}.
     *
     * @throws RunException if there is no such snapshot, or it does not fit the model
     */
    public void readAttention(long step, Tensor target) {
        for (AttentionPiece all : AttentionPiece.of(layout(), Long.MAX_VALUE)) {
            readAttention(step, all, target);
        }
    }

    /** The same of a piece, which {@code target [1, n]} is as long as. */
    void readAttention(long step, AttentionPiece piece, Tensor target) {
        try (SafetensorsFile tensors = snapshot(step)) {
            for (ParameterSpec spec : piece.specs()) {
                long offset = layout().offset(spec.name()) - piece.begin();
                read(
                        tensors,
                        spec.name(),
                        target.viewPerRun(offset, spec.shape()).at(0));
            }
        }
    }

    private SafetensorsFile snapshot(long step) {
        Path file = training().snapshots().get(step);
        if (file == null) {
            throw new RunException(directory + ": has no snapshot of step " + step + "; the nearest is "
                    + PhaseSteps.nearest(steps(), (double) step));
        }
        return SafetensorsFile.open(file);
    }

    private static void read(SafetensorsFile tensors, String name, Tensor target) {
        tensors.requireMeasurable(name);
        tensors.copyTo(name, target);
    }

    /** The optimiser's state that was kept with a snapshot; empty if there is none. */
    public Optional<Path> optimizerState(long step) {
        Path weights = training().snapshots().get(step);
        if (weights == null) {
            return Optional.empty();
        }
        Path file = weights.resolveSibling(CheckpointFolder.optimizerFileName(step));
        return Files.exists(file) ? Optional.of(file) : Optional.empty();
    }

    /** The same in new memory, FLOAT64. */
    public Parameters weights(MemoryOwner owner, long step) {
        Parameters weights = Parameters.allocate(backend(), owner, DType.FLOAT64, 1, layout());
        read(step, weights);
        return weights;
    }

    @Override
    public void close() {
        variants.forEach(StudiedRun::close);
        synchronized (this) {
            if (training != null) {
                training.inputs().close();
            }
        }
    }
}
