package dev.spectraledge.trainer.step;

import dev.spectraledge.trainer.RunException;

/** The loss or the gradient of a run is not finite. The run has not taken the step; the others can go on without it. */
public final class DivergenceException extends RunException {
    private final int run;

    /** @param what was not finite, and where */
    DivergenceException(int run, long seed, long step, String what) {
        super("training diverged: run " + run + " (seed " + seed + "), step " + step + ": " + what
                + "; the last checkpoint is kept");
        this.run = run;
    }

    /** Index of the run on the trainer's run axis. */
    public int run() {
        return run;
    }
}
