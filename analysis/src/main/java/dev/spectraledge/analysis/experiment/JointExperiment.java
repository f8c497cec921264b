package dev.spectraledge.analysis.experiment;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** A question put to several trained runs together. */
public interface JointExperiment {
    /** On the command line and in file names: lower-case words with hyphens. */
    String name();

    /** What is asked, in one line. */
    String question();

    /** Why these runs cannot be asked, in a clause without a subject ("needs …"); empty if they can. */
    default Optional<String> objection(List<StudiedRun> runs) {
        return Optional.empty();
    }

    /**
     * Measures.
     *
     * @param folders where the findings of experiments on each run are
     * @throws dev.spectraledge.trainer.RunException with one line if the runs do not have what is needed
     */
    Findings measure(List<StudiedRun> runs, Function<StudiedRun, FindingsFolder> folders);
}
