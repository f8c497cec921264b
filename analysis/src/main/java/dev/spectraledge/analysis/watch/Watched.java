package dev.spectraledge.analysis.watch;

import java.util.List;

/** A folder that another process writes, looked at again and again. */
public interface Watched {
    /**
     * Takes up what has come since the last look.
     *
     * @return a line for each piece of news; empty if there is none
     * @throws dev.spectraledge.trainer.RunException if a file is damaged, not merely unfinished
     */
    List<String> look();

    /** Whether nothing more is to be expected. */
    boolean isOver();

    /** The folder that is looked at holds all that it is going to hold: what has been waited for so far is taken as it is. */
    default List<String> finish() {
        return List.of();
    }
}
