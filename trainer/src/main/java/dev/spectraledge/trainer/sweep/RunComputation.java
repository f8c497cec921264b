package dev.spectraledge.trainer.sweep;

import dev.spectraledge.trainer.run.RunGroup;
import dev.spectraledge.trainer.run.RunState;
import dev.spectraledge.trainer.run.TrainingProgress;
import dev.spectraledge.trainer.training.StopRequest;
import java.nio.file.Path;

/** What a sweep does with a run; given by whoever knows devices, observers and reports. Called by several threads. */
public interface RunComputation {
    /**
     * Trains runs to their ends, or until asked to stop, and writes the summary of each, also of one that fails alone.
     *
     * @param group open for writing; the caller closes it
     * @return DONE, STOPPED, or FAILED if some of several runs failed
     */
    RunState train(RunGroup group, TrainingProgress progress, StopRequest stopRequest);

    /** Writes the report of a run that is done. */
    void report(Path directory);

    /** Whether the report of a run that is done is there. */
    boolean isReported(Path directory);
}
