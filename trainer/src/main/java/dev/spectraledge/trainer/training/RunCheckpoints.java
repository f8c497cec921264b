package dev.spectraledge.trainer.training;

import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.UpdateObserver;
import dev.spectraledge.trainer.config.CheckpointConfig;
import dev.spectraledge.trainer.config.TrainingConfig;
import dev.spectraledge.trainer.io.SafetensorsWriter;
import dev.spectraledge.trainer.run.ResumeState;
import dev.spectraledge.trainer.run.RunDirectory;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a run keeps of its model: checkpoints of the weights for people, and the state that a killed run continues from. */
final class RunCheckpoints {
    private final RunDirectory directory;
    private final CheckpointConfig schedule;
    private final Trainer trainer;
    private final Map<String, UpdateObserver> observers;

    /** @param observers by name, in their order */
    RunCheckpoints(RunDirectory directory, Trainer trainer, Map<String, UpdateObserver> observers) {
        this.directory = directory;
        this.schedule = directory.config().checkpoints();
        this.trainer = trainer;
        this.observers = observers;
    }

    /** Keeps the present weights if the schedule says so. */
    void keepIfDue() {
        if (schedule.isDue(trainer.stepsDone())) {
            keep(schedule.optimizerState());
        }
    }

    /** Keeps the last weights, with the optimiser's state. */
    void keepLast() {
        keep(true);
    }

    private void keep(boolean withOptimizer) {
        long step = trainer.stepsDone();
        TrainingConfig training = directory.config().training();
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put("step", Long.toString(step));
        metadata.put("SEED", Long.toString(training.seed()));
        metadata.put("LR", Double.toString(training.learningRate()));
        metadata.put("WEIGHT_DECAY", Double.toString(training.weightDecay()));
        SafetensorsWriter.write(directory.checkpoint(step), trainer.parameters().named(0), metadata);
        if (withOptimizer) {
            SafetensorsWriter.write(directory.optimizerCheckpoint(step), namedOptimizerState(), metadata);
        }
    }

    /** @param counters whatever the loop carries from step to step besides tensors */
    void writeResumeState(Map<String, String> counters) {
        ResumeState.write(
                directory.resumeState(),
                trainer.stepsDone(),
                trainer.parameters().named(0),
                trainingState(),
                observerState(),
                counters);
    }

    /** Overwrites model, optimiser and observers with a stored state, at whose step the trainer goes on. */
    void restore(ResumeState state) {
        state.restore(trainer.parameters().named(0), trainingState(), observerState());
        trainer.resumeFrom(state.step());
    }

    private Map<String, Tensor> namedOptimizerState() {
        Map<String, Tensor> state = new LinkedHashMap<>();
        trainer.optimizer()
                .state()
                .forEach((kind, moments) ->
                        moments.named(0).forEach((name, tensor) -> state.put(kind + "." + name, tensor)));
        return state;
    }

    /** The optimiser's state and the update feed's. */
    private Map<String, Tensor> trainingState() {
        Map<String, Tensor> state = namedOptimizerState();
        trainer.state().forEach((name, tensor) -> state.put("feed." + name, tensor));
        return state;
    }

    private Map<String, Map<String, Tensor>> observerState() {
        Map<String, Map<String, Tensor>> state = new LinkedHashMap<>();
        observers.forEach((name, observer) -> state.put(name, observer.state()));
        return state;
    }
}
