package dev.spectraledge.trainer.run;

import dev.spectraledge.trainer.RunException;

/** Another process, or another thread of this one, is writing into a run directory. */
public final class RunInUseException extends RunException {
    RunInUseException(String message) {
        super(message);
    }
}
