package dev.spectraledge.analysis.experiment.functional;

import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.phase.PhaseSteps;
import dev.spectraledge.analysis.phase.PhaseTable;
import java.util.Collection;
import java.util.NavigableSet;
import java.util.TreeSet;

/** The snapshots that an experiment on single snapshots looks at. */
final class LookedAt {
    private LookedAt() {}

    /**
     * Those nearest to the steps of the paper; where phases are the run's own, the first snapshot and those of the phases.
     *
     * @param published steps that the paper has for the run's task
     */
    static NavigableSet<Long> steps(StudiedRun run, PhaseSteps phases, Collection<Long> published) {
        NavigableSet<Long> steps = new TreeSet<>();
        if (phases.origin().equals(PhaseSteps.PUBLISHED)) {
            published.forEach(step -> steps.add(PhaseSteps.nearest(run.steps(), (double) step)));
        } else {
            steps.add(run.steps().first());
            steps.addAll(phases.steps(PhaseTable.NEAREST));
        }
        return steps;
    }
}
