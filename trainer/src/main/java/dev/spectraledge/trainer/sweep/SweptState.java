package dev.spectraledge.trainer.sweep;

import java.util.Locale;

/** How far a run of a sweep has come. */
public enum SweptState {
    /** Nobody has begun it. */
    WAITING,
    /** A living process computes it. */
    RUNNING,
    /** Its process was told to stop; it goes on with the next {@code sweep run}. */
    STOPPED,
    /** Its process has died; it goes on with the next {@code sweep run}. */
    INTERRUPTED,
    /** Finished as configured. */
    DONE,
    /** Ended by an error; it is tried again only if asked for. */
    FAILED;

    /** Name in files. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
