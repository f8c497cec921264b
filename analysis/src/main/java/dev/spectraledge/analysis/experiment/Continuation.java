package dev.spectraledge.analysis.experiment;

import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.Workers;
import dev.spectraledge.kernels.cpu.CpuBackend;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.UpdateObserver;
import dev.spectraledge.trainer.config.RunConfig;
import dev.spectraledge.trainer.io.SafetensorsFile;
import dev.spectraledge.trainer.step.BatchSource;
import dev.spectraledge.trainer.step.Evaluation;
import dev.spectraledge.trainer.step.Lanes;
import dev.spectraledge.trainer.step.StepIntervention;
import dev.spectraledge.trainer.step.StepTrainer;
import dev.spectraledge.trainer.step.TrainingSetup;
import dev.spectraledge.trainer.training.RunInputs;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Trainings in memory that start from a snapshot of a run and differ from it in their configurations: the trainer itself, on
 * the CPU, with all of them side by side. Their batches are those that the configurations say, by the number of the step.
 */
public final class Continuation implements AutoCloseable {
    private final RunInputs inputs;
    private final Workers workers;
    private final StepTrainer trainer;
    private final long begin;

    private Continuation(
            StudiedRun run,
            List<RunConfig> configs,
            long snapshot,
            long begin,
            List<? extends UpdateObserver> observers,
            StepIntervention intervention) {
        this.begin = begin;
        inputs = new RunInputs(configs);
        TrainingSetup setup = inputs.setup();
        BatchSource batches = inputs.batches(setup);
        workers = new Workers(Lanes.workers(setup, run.config().threads()));
        trainer = new StepTrainer(Lanes.onHost(new CpuBackend(), workers), setup, batches, observers, intervention);
        try {
            for (int index = 0; index < configs.size(); index++) {
                run.read(snapshot, trainer.parameters().runs(index, index + 1));
            }
            trainer.start();
        } catch (RuntimeException unusable) {
            close();
            throw unusable;
        }
    }

    /** With optimisers that know nothing yet; steps are counted from 0. */
    public static Continuation fresh(StudiedRun run, List<RunConfig> configs, long snapshot) {
        return new Continuation(run, configs, snapshot, 0, List.of(), StepIntervention.NONE);
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
        Continuation continuation = new Continuation(run, configs, snapshot, snapshot, List.of(), intervention);
        continuation.takeState(run, configs.size(), snapshot);
        return continuation;
    }

    /**
     * The run itself once more: the same configuration, batches and number of threads, from a snapshot with the state that it
     * kept, or from step 0 without any. Steps are counted from the snapshot.
     *
     * @param observers see its updates
     * @throws RunException if the run kept no state at a later snapshot
     */
    static Continuation repeated(StudiedRun run, long snapshot, List<? extends UpdateObserver> observers) {
        boolean begins = snapshot == 0;
        if (!begins) {
            requireState(run, snapshot);
        }
        Continuation continuation =
                new Continuation(run, List.of(run.config()), snapshot, snapshot, observers, StepIntervention.NONE);
        if (!begins) {
            continuation.takeState(run, 1, snapshot);
        }
        return continuation;
    }

    private static Path requireState(StudiedRun run, long snapshot) {
        return run.optimizerState(snapshot)
                .orElseThrow(() -> new RunException(run.name() + ": kept no optimiser's state at step " + snapshot
                        + " (checkpoints.optimizerState=true keeps it)"));
    }

    private void takeState(StudiedRun run, int trainings, long snapshot) {
        try (SafetensorsFile tensors = SafetensorsFile.open(requireState(run, snapshot))) {
            trainer.optimizer().state().forEach((kind, moments) -> {
                for (int index = 0; index < trainings; index++) {
                    moments.named(index).forEach((name, target) -> tensors.copyTo(kind + "." + name, target));
                }
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

    /** {@code [1, P]} of one of them, in the precision of the training. */
    public Tensor weights(int index) {
        return trainer.parameters().runs(index, index + 1).flat();
    }

    @Override
    public void close() {
        trainer.close();
        workers.close();
        inputs.close();
    }
}
