package dev.spectraledge.trainer.run;

import java.util.Locale;

/** How far a run has come, as its {@code summary.json} says. */
public enum RunState {
    /** Training, or killed while training: then nobody holds the directory's lock any more. */
    RUNNING,
    /** Finished as configured. */
    DONE,
    /** Ended by an error. */
    FAILED,
    /** Ended by the user before it was finished; it can be resumed. */
    STOPPED;

    /** Name in files. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
