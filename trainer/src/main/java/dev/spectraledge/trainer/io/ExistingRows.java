package dev.spectraledge.trainer.io;

/** What happens to the rows of a file that is already there when it is opened for writing. */
public enum ExistingRows {
    /** A new run: the file starts afresh. */
    DROP,
    /** A resumed run: new rows follow the old ones; call {@code rewindTo} with the step of the checkpoint first. */
    KEEP
}
