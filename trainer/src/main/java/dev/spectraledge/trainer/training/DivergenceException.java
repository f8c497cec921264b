package dev.spectraledge.trainer.training;

import dev.spectraledge.trainer.RunException;

/** The loss or the gradient of a run is not finite. Nothing has changed: the other runs can take the step without it. */
public final class DivergenceException extends RunException {
    private final int run;

    DivergenceException(int run, String message) {
        super(message);
        this.run = run;
    }

    /** Index of the run on the trainer's run axis. */
    public int run() {
        return run;
    }
}
