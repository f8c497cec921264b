package dev.spectraledge.trainer.config;

import dev.spectraledge.bindings.Sha256;
import dev.spectraledge.trainer.Observed;
import dev.spectraledge.trainer.RunEvents;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.UsageException;
import dev.spectraledge.trainer.data.Batching;
import dev.spectraledge.trainer.io.Json;
import dev.spectraledge.trainer.io.Printable;
import dev.spectraledge.trainer.key.AlsoCalled;
import dev.spectraledge.trainer.key.DefaultValue;
import dev.spectraledge.trainer.key.LeftOutByDefault;
import dev.spectraledge.trainer.key.MayBeNull;
import dev.spectraledge.trainer.key.PerRun;
import dev.spectraledge.trainer.key.Range;
import dev.spectraledge.trainer.key.ToldByData;
import dev.spectraledge.trainer.model.GptArchitecture;
import dev.spectraledge.trainer.model.ModelConfig;
import dev.spectraledge.trainer.optimizer.DecayedParameters;
import dev.spectraledge.trainer.task.Task;
import dev.spectraledge.trainer.warning.DetectorRule;
import dev.spectraledge.trainer.warning.DetectorRules;
import dev.spectraledge.trainer.warning.DetectorTable;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The resolved configuration of one run: every key has its value. Made by {@link ConfigResolver}.
 *
 * @param warnings names of detectors with commas between them; {@code auto} for those of every run, where {@code
 *     evaluation.grokAccuracy} is set; {@code none}
 * @param device which backend computes
 * @param threads worker threads; 0 means as many as a batch keeps busy, at most one per core
 * @param tensorboard whether the tables are also written as TensorBoard's event file
 * @param out the run directory, or null for the default name
 */
public record RunConfig(
        Task task,
        ModelConfig model,
        TrainingConfig training,
        EvaluationConfig evaluation,
        CheckpointConfig checkpoints,
        List<ObserverConfig> observers,

        @DefaultValue(DetectorRules.AUTO) @LeftOutByDefault @PerRun
        String warnings,

        DeviceChoice device,

        @AlsoCalled({"num_threads", "num_workers"}) @Range(min = 0, max = 4096)
        int threads,

        OpenBlasConfig openblas,
        @PerRun boolean tensorboard,

        @AlsoCalled({"out_dir", "output", "output_dir"}) @MayBeNull
        Path out) {
    public RunConfig {
        observers = List.copyOf(observers);
        if (model.positions() < task.contextLength()) {
            throw new IllegalArgumentException("model.positions (" + model.positions()
                    + ") must be at least task.contextLength (" + task.contextLength() + ")");
        }
        if (!model.isPlain() && !task.trainsGpt()) {
            throw new IllegalArgumentException(
                    "model.rotaryShare, norm, normEpsilon, gated, biases, parallelResidual, tied and "
                            + "depthScaled apply to language models (task text); the model of task " + task.name()
                            + " is as published, with norm layer_norm and biases");
        }
        if (training.randomStream() == RandomStream.PYTORCH && !task.followsPyTorch()) {
            throw new IllegalArgumentException(
                    "training.randomStream pytorch is known for tasks dyck and scan, not for " + task.name()
                            + "; choose philox");
        }
        if (training.batching() == Batching.PREFIXES
                && !task.architecture(model, task.contextLength()).sharesPrefixes()) {
            throw new IllegalArgumentException("training.batching prefixes needs a causal model, and the model of task "
                    + task.name() + " is not causal; choose deduplicated, packed or padded");
        }
        if (training.logitGradients()
                && task.architecture(model, task.contextLength()) instanceof GptArchitecture gpt
                && !gpt.keepsLogits()) {
            throw new IllegalArgumentException(
                    "training.logitGradients needs a model that keeps its logits, which a model with so many "
                            + "tokens (task.vocabulary) does not");
        }
        requireDecayed(task, model, training.decayed());
        List<String> events = events(task, evaluation);
        events.addAll(observedEvents(observers, detectors(warnings, training, evaluation, observers)));
        if (training.shiftAfter() != null) {
            events.add(RunEvents.TASK_SHIFT);
        }
        requireEvent("training.stopOn", training.stopOn(), events);
        requireEvent("training.weightDecayChange", training.weightDecayChange(), events);
        requireShift(task, training);
        requireClipping(training, observers);
        requirePreconditioner(training, evaluation);
        List<String> names = observers.stream().map(ObserverConfig::name).toList();
        if (names.stream().distinct().count() < names.size()) {
            throw new IllegalArgumentException(
                    "observers need different names, got " + Printable.value(String.join(", ", names)));
        }
    }

    private static void requireShift(Task task, TrainingConfig training) {
        TaskShift.of(task, training).filter(shift -> shift.changes().isEmpty()).ifPresent(nothing -> {
            throw new IllegalArgumentException("training.shiftAfter: nothing changes after step " + nothing.after()
                    + "; choose training.shiftedLearningRate, shiftedBatchSize, freshOptimizer, weightDecayChange or,"
                    + " of text, task.shiftedCorpus");
        });
        if (task.shiftedTo().isEmpty()) {
            return;
        }
        if (training.shiftAfter() == null) {
            throw new IllegalArgumentException(
                    "task.shiftedCorpus needs training.shiftAfter, the last step before the shift");
        }
        if (training.data() != null || training.batches() != null) {
            throw new IllegalArgumentException(
                    "task.shiftedCorpus needs a run that draws its own data and batches: training.data and "
                            + "training.batches null");
        }
    }

    private static void requireClipping(TrainingConfig training, List<ObserverConfig> observers) {
        for (ObserverConfig observer : observers) {
            if (observer.of() == Observed.CLIPPED_GRADIENTS && training.clip() == null) {
                throw new IllegalArgumentException("observers." + observer.name()
                        + ".of=clipped_gradients needs training.clip, which is null; choose of=gradients");
            }
        }
    }

    private static void requirePreconditioner(TrainingConfig training, EvaluationConfig evaluation) {
        if (evaluation.curvatureEvery() != null && training.optimizer() == Optimizer.MUON) {
            throw new IllegalArgumentException(
                    "evaluation.curvatureEvery needs an optimiser that divides each element of the gradient "
                            + "by a number, which muon does not; choose adamw, adam or sgd, or "
                            + "evaluation.curvatureEvery=null");
        }
    }

    private static void requireDecayed(Task task, ModelConfig model, String text) {
        DecayedParameters decayed = DecayedParameters.of(text);
        if (decayed.depends()) {
            try {
                decayed.requireAny(task.architecture(model.inMiniature(), 1).layout());
            } catch (IllegalArgumentException none) {
                throw new IllegalArgumentException("training.decayed: " + none.getMessage(), none);
            }
        }
    }

    /** What can happen in a run: at its evaluations, where there are several objectives for each of them, and to observers. */
    private static List<String> events(Task task, EvaluationConfig evaluation) {
        List<String> events = new ArrayList<>();
        if (evaluation.grokAccuracy() != null) {
            events.add(RunEvents.GROK);
            task.objectives().stream()
                    .filter(objective -> task.objectives().size() > 1)
                    .map(objective -> RunEvents.GROK + "_" + objective)
                    .forEach(events::add);
        }
        if (evaluation.stopAccuracy() != null) {
            events.add(RunEvents.STOP_ACCURACY);
        }
        return events;
    }

    private static List<String> observedEvents(List<ObserverConfig> observers, List<DetectorRule> detectors) {
        return Stream.of(
                        observers.stream()
                                .filter(observer -> observer.alarm() != null)
                                .map(ObserverConfig::alarmEvent),
                        detectors.stream().map(DetectorRule::event),
                        Stream.of(RunEvents.SPIKE, RunEvents.RECOVERED))
                .flatMap(names -> names)
                .toList();
    }

    /** Names of what may happen in any step: a shift, spikes, and what observers and detectors say. */
    public List<String> observedEvents() {
        return Stream.concat(
                        Stream.of(RunEvents.TASK_SHIFT).filter(shift -> training.shiftAfter() != null),
                        observedEvents(observers, detectors()).stream())
                .toList();
    }

    /** What changes for good after some step, if anything does. */
    public Optional<TaskShift> shift() {
        return TaskShift.of(task, training);
    }

    /** Tokens that a language model has read after some steps, again and again where it has; empty where nobody can tell beforehand. */
    public OptionalLong tokensSeen(long steps) {
        if (!task.trainsGpt() || !task.fillsWindows()) {
            return OptionalLong.empty();
        }
        long before = training.shiftAfter() == null ? steps : Math.min(steps, training.shiftAfter());
        long after = training.shiftsBatches() ? training.shiftedBatchSize() : training.batchSize();
        long windows = (before * training.batchSize() + (steps - before) * after) * training.accumulation();
        return OptionalLong.of(windows * task.contextLength());
    }

    /** What warns of the course of the run. */
    public List<DetectorRule> detectors() {
        return detectors(warnings, training, evaluation, observers);
    }

    private static List<DetectorRule> detectors(
            String warnings, TrainingConfig training, EvaluationConfig evaluation, List<ObserverConfig> observers) {
        List<DetectorRule> detectors = DetectorRules.of(warnings, evaluation.grokAccuracy() != null);
        if (!warnings.equals(DetectorRules.AUTO)) {
            detectors.stream()
                    .filter(detector -> !isRecorded(detector.table(), training, evaluation, observers))
                    .findFirst()
                    .ifPresent(RunConfig::refuse);
        }
        return detectors.stream()
                .filter(detector -> isRecorded(detector.table(), training, evaluation, observers))
                .toList();
    }

    private static void refuse(DetectorRule detector) {
        throw new IllegalArgumentException("warnings: detector " + detector.name() + " looks at "
                + switch (detector.table()) {
                    case SPECTRUM -> "windows of updates, and no observer has of=updates";
                    case GRADIENTS -> "windows of gradients, and no observer has of=gradients or of=clipped_gradients";
                    case DEFECT -> "the commutator defect, which needs evaluation.defectEvery";
                    case CURVATURE -> "the curvature along the gradient, which needs evaluation.curvatureEvery";
                    case ATTENTION -> "the entropy of attention, which needs evaluation.attentionEvery";
                    case METRICS, TRACE -> "every step, which needs training.trace=true";
                });
    }

    private static boolean isRecorded(
            DetectorTable table, TrainingConfig training, EvaluationConfig evaluation, List<ObserverConfig> observers) {
        return switch (table) {
            case METRICS -> true;
            case TRACE -> training.trace();
            case DEFECT -> evaluation.defectEvery() != null;
            case CURVATURE -> evaluation.curvatureEvery() != null;
            case ATTENTION -> evaluation.attentionEvery() != null;
            case SPECTRUM, GRADIENTS -> observer(table, observers).isPresent();
        };
    }

    private static Optional<ObserverConfig> observer(DetectorTable table, List<ObserverConfig> observers) {
        return observers.stream().filter(own -> table.isOf(own.of())).findFirst();
    }

    /** The observer whose windows detectors of a table see. */
    public Optional<ObserverConfig> observer(DetectorTable table) {
        return observer(table, observers);
    }

    private static void requireEvent(String key, StepOrEvent value, List<String> events) {
        if (value == null || value.event() == null || events.contains(value.event())) {
            return;
        }
        if (List.of(RunEvents.GROK, RunEvents.STOP_ACCURACY).contains(value.event())) {
            throw new IllegalArgumentException(key + " (" + value + ") needs evaluation."
                    + (value.event().equals(RunEvents.GROK) ? "grokAccuracy" : "stopAccuracy")
                    + ", which says what that event is");
        }
        throw new IllegalArgumentException(key + " (" + Printable.value(value.toString())
                + ") names no event of this run; there are "
                + (events.isEmpty() ? "none" : String.join(", ", events)));
    }

    /** The same run with another seed, in another directory. */
    @SuppressWarnings("unchecked")
    public RunConfig with(long seed, Path otherOut) {
        Map<String, Object> tree = RecordBinder.toTree(this);
        ((Map<String, Object>) tree.get("training")).put("seed", seed);
        tree.put("out", otherOut.toString());
        return ConfigResolver.fromTree(tree, "configuration");
    }

    /** Every key but {@code out} with its value, as {@link Json} takes it, in a fixed order. */
    public Map<String, Object> toMap() {
        Map<String, Object> tree = RecordBinder.toTree(this);
        tree.remove("out");
        return tree;
    }

    /** The same with the keys that {@link #toMap} leaves out because they have their default values. */
    public Map<String, Object> toWholeMap() {
        Map<String, Object> tree = RecordBinder.toWholeTree(this);
        tree.remove("out");
        return tree;
    }

    /**
     * The inverse of {@link #toMap}; the run directory is left open.
     *
     * @throws UsageException if a key is missing, unknown or has a value that is not allowed
     */
    public static RunConfig of(Map<String, Object> map, String source) {
        Map<String, Object> tree = new LinkedHashMap<>(map);
        tree.put("out", null);
        return ConfigResolver.fromTree(tree, source);
    }

    /** Indented JSON in a fixed order, with every key but those that are left out by default. */
    public String toJson() {
        return Json.pretty(RecordBinder.toTree(this));
    }

    /** The same with every key as YAML, which can be used as a configuration file. */
    public String toYaml() {
        return Yaml.text(RecordBinder.toWholeTree(this));
    }

    /** Reads what {@link #toJson} wrote, for example a run directory's {@code config.json}. */
    public static RunConfig read(Path file) {
        Map<String, Object> tree = Json.readObject(file);
        try {
            return ConfigResolver.fromTree(tree, file.toString());
        } catch (UsageException unsuitable) {
            throw new RunException(unsuitable.getMessage(), unsuitable);
        }
    }

    /**
     * The inverse of {@link #toJson}.
     *
     * @throws UsageException if a key is missing, unknown or has a value that is not allowed
     */
    public static RunConfig fromJson(String json) {
        return ConfigResolver.fromTree(Json.parseObject(json, "configuration"), "configuration");
    }

    /**
     * The same run with what its data tell: its task's own ({@link Task#facts}), or the hash of those of a file. What somebody
     * has given stays as it is, for the data to be held against.
     *
     * @param notes takes lines for people
     */
    @SuppressWarnings("unchecked")
    public RunConfig withFacts(Consumer<String> notes) {
        boolean ofFile = training.data() != null;
        Map<String, Object> facts = ofFile ? Map.of("dataHash", task.hash(training.data())) : task.facts(notes);
        if (facts.isEmpty()) {
            return this;
        }
        Map<String, Object> tree = RecordBinder.toTree(this);
        facts.forEach(((Map<String, Object>) tree.get(ofFile ? "training" : "task"))::putIfAbsent);
        return ConfigResolver.fromTree(tree, "configuration");
    }

    /** The same run before its data have told anything. */
    @SuppressWarnings("unchecked")
    public RunConfig withoutFacts() {
        Predicate<RecordComponent> told = component -> component.isAnnotationPresent(ToldByData.class);
        Map<String, Object> tree = RecordBinder.without(RunConfig.class, RecordBinder.toTree(this), told);
        Map<String, Object> ofTask = (Map<String, Object>) tree.get("task");
        tree.put("task", RecordBinder.without(task.getClass(), ofTask, told));
        return ConfigResolver.fromTree(tree, "configuration");
    }

    /** Of {@link #toMap}, what runs that train side by side must have in common. */
    public static Map<String, Object> shared(Map<String, Object> map) {
        return RecordBinder.without(RunConfig.class, map, component -> component.isAnnotationPresent(PerRun.class));
    }

    /**
     * SHA-256, in hexadecimal, of the canonical JSON of everything except {@code out} and {@code tensorboard}: two runs with
     * the same hash do the same work. {@code threads} counts, because the order of summation and so the last bits depend on it.
     */
    public String hash() {
        Map<String, Object> work = toMap();
        work.remove("tensorboard");
        return Sha256.hex(Json.compact(work));
    }
}
