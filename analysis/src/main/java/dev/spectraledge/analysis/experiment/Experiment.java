package dev.spectraledge.analysis.experiment;

import dev.spectraledge.analysis.phase.PhaseSteps;
import java.util.Map;
import java.util.Optional;

/** A question put to a trained run. Several threads may ask at once, about different runs. */
public interface Experiment {
    /** On the command line and in file names: lower-case words with hyphens. */
    String name();

    /** What is asked, in one line. */
    String question();

    /** Why this run cannot be asked, in a clause without a subject ("needs …"); empty if it can. */
    default Optional<String> objection(StudiedRun run) {
        return Optional.empty();
    }

    /**
     * Whether it looks at tables alone, which analyses have and runs that change for good ({@code training.shiftAfter}); all others
     * look at weights.
     */
    default boolean looksAtTablesAlone() {
        return false;
    }

    /** Whether this run can be asked. */
    default boolean suits(StudiedRun run) {
        return Objections.of(this, run).isEmpty();
    }

    /** Whether it looks at the steps of phases; if not, nobody needs to find them. */
    default boolean looksAtPhases() {
        return true;
    }

    /** Whether to ask at the published phases and at detected ones as well; if not, one set of them is as good as another. */
    default boolean dependsOnPhases() {
        return true;
    }

    /** Whether it continues training from the run. Such experiments take longest and are scheduled first. */
    default boolean trainsOn() {
        return false;
    }

    /** What was chosen of the experiment itself, by name; findings are current only for the same choice. */
    default Map<String, Long> settings() {
        return Map.of();
    }

    /**
     * Measures.
     *
     * @throws dev.spectraledge.trainer.RunException with one line if the run does not have what is needed
     */
    Findings measure(StudiedRun run, PhaseSteps phases);
}
