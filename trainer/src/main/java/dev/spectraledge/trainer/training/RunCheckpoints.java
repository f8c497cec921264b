package dev.spectraledge.trainer.training;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.config.CheckpointConfig;
import dev.spectraledge.trainer.config.TrainingConfig;
import dev.spectraledge.trainer.io.SafetensorsWriter;
import dev.spectraledge.trainer.optimizer.DecayedParameters;
import dev.spectraledge.trainer.run.RunDirectory;
import dev.spectraledge.trainer.step.StepTrainer;
import java.util.LinkedHashMap;
import java.util.Map;

/** The weights that one run keeps for people and programs, at the steps that its configuration says and at its end. */
final class RunCheckpoints {
    private final RunDirectory directory;
    private final CheckpointConfig schedule;
    private final Backend backend;
    private final StepTrainer trainer;
    private final int run;

    /** @param run index on the trainer's run axis */
    RunCheckpoints(RunDirectory directory, Backend backend, StepTrainer trainer, int run) {
        this.directory = directory;
        this.schedule = directory.config().checkpoints();
        this.backend = backend;
        this.trainer = trainer;
        this.run = run;
    }

    /** Keeps the present weights if the schedule says so. */
    void keepIfDue() {
        if (schedule.isDue(trainer.stepsDone())) {
            keep(schedule.isOptimizerStateDue(trainer.stepsDone()));
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
        if (DecayedParameters.of(training.decayed()).depends()) {
            metadata.put("DECAYED", training.decayed());
        }
        try (HostCopies copies = new HostCopies(backend)) {
            Map<String, Tensor> weights = copies.download(trainer.parameters().named(run));
            switch (schedule.storage()) {
                case FLOAT32 -> SafetensorsWriter.write(directory.checkpoint(step), weights, metadata);
                case BFLOAT16 -> SafetensorsWriter.writeRounded(directory.checkpoint(step), weights, metadata);
            }
        }
        if (withOptimizer) {
            try (HostCopies copies = new HostCopies(backend)) {
                SafetensorsWriter.write(
                        directory.optimizerCheckpoint(step), copies.download(optimizerState()), metadata);
            }
        }
    }

    private Map<String, Tensor> optimizerState() {
        Map<String, Tensor> state = new LinkedHashMap<>();
        trainer.optimizer()
                .state()
                .forEach((kind, moments) ->
                        moments.named(run).forEach((name, tensor) -> state.put(kind + "." + name, tensor)));
        return state;
    }
}
