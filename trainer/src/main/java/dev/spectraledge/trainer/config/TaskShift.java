package dev.spectraledge.trainer.config;

import dev.spectraledge.trainer.RunEvents;
import dev.spectraledge.trainer.task.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What changes in a run for good after {@code training.shiftAfter}, each by itself.
 *
 * @param after last step before it
 * @param changes in words
 */
public record TaskShift(long after, List<String> changes) {
    /** That of a configuration; empty if nothing shifts. */
    static Optional<TaskShift> of(Task task, TrainingConfig training) {
        if (training.shiftAfter() == null) {
            return Optional.empty();
        }
        List<String> changes = new ArrayList<>();
        task.shiftedTo().ifPresent(data -> changes.add("trains on " + data));
        if (training.shiftedLearningRate() != null) {
            changes.add("learning rate " + training.shiftedLearningRate());
        }
        if (training.shiftsBatches()) {
            changes.add("batch size " + training.batchSize() + " to " + training.shiftedBatchSize());
        }
        if (training.freshOptimizer()) {
            changes.add("fresh optimizer");
        }
        if (changesWeightDecay(training)) {
            changes.add("weight decay " + training.weightDecay() + " to " + training.finalWeightDecay());
        }
        return Optional.of(new TaskShift(training.shiftAfter(), List.copyOf(changes)));
    }

    private static boolean changesWeightDecay(TrainingConfig training) {
        StepOrEvent change = training.weightDecayChange();
        return change != null
                && (change.event() == null
                        ? change.steps() == training.shiftAfter()
                        : change.equals(new StepOrEvent(RunEvents.TASK_SHIFT, 0)));
    }

    /** For people. */
    public String description() {
        return String.join(", ", changes);
    }
}
