package dev.spectraledge.analysis.experiment;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.Workers;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.UpdateObserver;
import dev.spectraledge.trainer.config.RunConfig;
import dev.spectraledge.trainer.io.SafetensorsFile;
import dev.spectraledge.trainer.model.Parameters;
import dev.spectraledge.trainer.step.BatchSource;
import dev.spectraledge.trainer.step.DivergenceException;
import dev.spectraledge.trainer.step.Evaluation;
import dev.spectraledge.trainer.step.Lanes;
import dev.spectraledge.trainer.step.StepIntervention;
import dev.spectraledge.trainer.step.StepTrainer;
import dev.spectraledge.trainer.step.TrainingSetup;
import dev.spectraledge.trainer.training.RunInputs;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Trainings in memory that start from a snapshot of a run and differ from it in their configurations: the trainer itself, on
 * the backend that the run's experiments train with, with all of them side by side. Their batches are those that the
 * configurations say, by the number of the step.
 */
public final class Continuation implements AutoCloseable {
    private final RunInputs inputs;
    private final Workers workers;
    private final Backend backend;
    private final MemoryOwner owner = MemoryOwner.open("continuation");
    private final StepTrainer trainer;
    private final long begin;
    /** On the host, by index, where the trainer's weights are on a device. */
    private final Map<Integer, Tensor> copies = new HashMap<>();

    /**
     * Begins.
     *
     * @param threads 0 for as many as are useful
     * @param ofBatches whose batches they take
     */
    private Continuation(
            StudiedRun run,
            Backend backend,
            int threads,
            List<RunConfig> configs,
            List<RunConfig> ofBatches,
            long snapshot,
            long begin,
            List<? extends UpdateObserver> observers,
            StepIntervention intervention) {
        if (run.config().training().attentionGradientRank() != null) {
            throw new RunException(run.name() + ": training cannot go on from it, because its gradient was confined "
                    + "(training.attentionGradientRank)");
        }
        this.begin = begin;
        this.backend = backend;
        inputs = new RunInputs(configs);
        TrainingSetup setup = inputs.setup();
        BatchSource batches = batches(ofBatches, setup);
        workers = new Workers(Lanes.workers(setup, threads));
        trainer = new StepTrainer(Lanes.on(backend, workers), setup, batches, observers, intervention);
        try {
            try (MemoryOwner scratch = MemoryOwner.open("snapshot")) {
                Parameters weights = onHost(scratch, trainer.parameters());
                run.read(snapshot, weights);
                spread(weights, trainer.parameters());
            }
            trainer.start();
        } catch (RuntimeException unusable) {
            close();
            throw unusable;
        }
    }

    private static BatchSource batches(List<RunConfig> configs, TrainingSetup setup) {
        try (RunInputs sources = new RunInputs(configs)) {
            return sources.batches(setup);
        }
    }

    /** Room for one of them on the host. */
    private static Parameters onHost(MemoryOwner scratch, Parameters all) {
        return new Parameters(
                all.layout(),
                Tensor.allocate(scratch, all.flat().type(), 1, all.flat().size(1)));
    }

    /** All of them begin alike. */
    private void spread(Parameters one, Parameters all) {
        spread(one.flat(), all);
    }

    private void spread(Tensor one, Parameters all) {
        for (long index = 0; index < all.flat().size(0); index++) {
            backend.copy(one, all.flat().slice(0, index, index + 1));
        }
    }

    private static Continuation begin(
            StudiedRun run, List<RunConfig> configs, long snapshot, long begin, StepIntervention intervention) {
        Backends backends = run.backends();
        int threads = backends.threads() > 0 ? backends.threads() : run.config().threads();
        return new Continuation(
                run, backends.training(), threads, configs, configs, snapshot, begin, List.of(), intervention);
    }

    /** With optimisers that know nothing yet; steps are counted from 0. */
    public static Continuation fresh(StudiedRun run, List<RunConfig> configs, long snapshot) {
        return begin(run, configs, snapshot, 0, StepIntervention.NONE);
    }

    /**
     * With the optimiser's state that the run kept, and its count of steps.
     *
     * @throws RunException if it kept none
     */
    public static Continuation carriedOver(StudiedRun run, List<RunConfig> configs, long snapshot) {
        return carriedOver(run, configs, snapshot, StepIntervention.NONE);
    }

    /**
     * The same, with something done to every step.
     *
     * @throws RunException if the run kept no state
     */
    public static Continuation carriedOver(
            StudiedRun run, List<RunConfig> configs, long snapshot, StepIntervention intervention) {
        requireState(run, snapshot);
        Continuation continuation = begin(run, configs, snapshot, snapshot, intervention);
        continuation.takeState(run, snapshot);
        return continuation;
    }

    /**
     * The run itself once more: the same configuration, batches and number of threads, on the host, from a snapshot with the
     * state that it kept, or from step 0 without any. Steps are counted from the snapshot.
     *
     * @param observers see its updates
     * @throws RunException if the run kept no state at a later snapshot
     */
    static Continuation repeated(StudiedRun run, long snapshot, List<? extends UpdateObserver> observers) {
        List<RunConfig> own = List.of(run.config());
        return onHost(run, run.config().threads(), own, own, snapshot, observers, StepIntervention.NONE);
    }

    /**
     * The run itself several times side by side, each with the batches of a seed of its own but with the run's data, on the host,
     * from a snapshot with the state that the run kept, or from step 0 without any. Steps are counted from the snapshot.
     *
     * @param seeds of the batches; with the run's own nothing differs from the run
     * @throws RunException if the run kept no state at a later snapshot
     */
    public static Continuation sideBySide(
            StudiedRun run, List<Long> seeds, long snapshot, StepIntervention intervention) {
        List<RunConfig> drawn = seeds.stream()
                .map(seed -> seed == run.config().training().seed()
                        ? run.config()
                        : changed(run.config(), Map.of("seed", seed)))
                .toList();
        return onHost(
                run,
                run.backends().threads(),
                Collections.nCopies(seeds.size(), run.config()),
                drawn,
                snapshot,
                List.of(),
                intervention);
    }

    private static Continuation onHost(
            StudiedRun run,
            int threads,
            List<RunConfig> configs,
            List<RunConfig> ofBatches,
            long snapshot,
            List<? extends UpdateObserver> observers,
            StepIntervention intervention) {
        boolean begins = snapshot == 0;
        if (!begins) {
            requireState(run, snapshot);
        }
        Continuation continuation = new Continuation(
                run, run.backend(), threads, configs, ofBatches, snapshot, snapshot, observers, intervention);
        if (!begins) {
            continuation.takeState(run, snapshot);
        }
        return continuation;
    }

    private static Path requireState(StudiedRun run, long snapshot) {
        return run.optimizerState(snapshot)
                .orElseThrow(() -> new RunException(run.name() + ": saved no optimiser state at step " + snapshot
                        + " (checkpoints.optimizerState=true saves it)"));
    }

    private void takeState(StudiedRun run, long snapshot) {
        try (SafetensorsFile tensors = SafetensorsFile.open(requireState(run, snapshot));
                MemoryOwner scratch = MemoryOwner.open("optimiser's state")) {
            trainer.optimizer().state().forEach((kind, moments) -> {
                Parameters kept = onHost(scratch, moments);
                kept.named(0).forEach((name, target) -> tensors.copyTo(kind + "." + name, target));
                spread(kept, moments);
            });
            trainer.resumeFrom(snapshot);
        } catch (RuntimeException unusable) {
            close();
            throw unusable;
        }
    }

    /**
     * The configuration of a run with some keys of {@code training} changed, computed with its recorded data, but with neither
     * its end nor its recorded weights and batches.
     */
    public static RunConfig changed(RunConfig config, Map<String, Object> training) {
        Map<String, Object> tree = new LinkedHashMap<>(config.toMap());
        Map<String, Object> section = new LinkedHashMap<>();
        ((Map<?, ?>) tree.get("training")).forEach((key, value) -> section.put((String) key, value));
        section.put("stopOn", null);
        section.put("initialWeights", null);
        section.put("batches", null);
        section.putAll(training);
        tree.put("training", section);
        return RunConfig.of(tree, "changed configuration");
    }

    /** Goes on until {@code steps} steps after the beginning are done. */
    public void advanceTo(long steps) {
        trainer.advanceTo(begin + steps, step -> {});
    }

    /** The same; one whose loss is no number is ended and named, and the others go on. */
    public void advanceTo(long steps, Consumer<DivergenceException> diverged) {
        boolean arrived = false;
        while (!arrived) {
            try {
                advanceTo(steps);
                arrived = true;
            } catch (DivergenceException divergence) {
                trainer.finish(divergence.run());
                diverged.accept(divergence);
            }
        }
    }

    /** Ends one of them: it stays as it is. */
    public void finish(int index) {
        trainer.finish(index);
    }

    /** Loss and accuracy of each on all that it trains on. */
    public Evaluation[] evaluateTrain() {
        return trainer.evaluateTrain();
    }

    /** Loss and accuracy of each on the whole test set. */
    public Evaluation[] evaluateTest() {
        return trainer.evaluateTest();
    }

    /** {@code [1, P]} of one of them on the host, in the precision of the training, until it is asked for again. */
    public Tensor weights(int index) {
        Tensor weights = trainer.parameters().runs(index, index + 1).flat();
        if (!weights.isOnDevice()) {
            return weights;
        }
        Tensor copy = copies.computeIfAbsent(index, own -> Tensor.allocate(owner, weights.type(), weights.shape()));
        backend.copy(weights, copy);
        return copy;
    }

    /** Sets the weights of all of them, {@code [1, P]} on the host in the precision of the training; optimisers know as much as before. */
    public void setWeights(Tensor weights) {
        spread(weights, trainer.parameters());
    }

    @Override
    public void close() {
        trainer.close();
        workers.close();
        inputs.close();
        owner.close();
    }
}
