package dev.spectraledge.analysis.experiment;

import java.util.List;
import java.util.function.Function;

/** A question put to several trained runs together. */
public interface JointExperiment {
    /** On the command line and in file names: lower-case words with hyphens. */
    String name();

    /** What is asked, in one line. */
    String question();

    /**
     * Measures.
     *
     * @param folders where the findings of experiments on each run are
     * @throws dev.spectraledge.trainer.RunException with one line if the runs do not have what is needed
     */
    Findings measure(List<StudiedRun> runs, Function<StudiedRun, FindingsFolder> folders);
}
