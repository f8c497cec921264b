package dev.spectraledge.analysis.experiment;

import dev.spectraledge.analysis.early.Phase;
import dev.spectraledge.analysis.early.PhaseWindows;
import dev.spectraledge.trainer.RunException;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.OptionalLong;

/**
 * At which steps each phase of a run is looked at: those that the paper typed in for all seeds, or those found in a run's
 * own metrics.
 */
public final class PhaseSteps {
    /** Post-grok in multiples of t95, as the published Dyck steps have it: 1500 of 600. */
    private static final double POST_GROK = 2.5;

    /** Origin of steps that are the paper's. */
    public static final String PUBLISHED = "published";

    private final Map<PhaseTable, Map<Phase, Long>> tables;
    private final String origin;

    private PhaseSteps(String origin, Map<PhaseTable, Map<Phase, Long>> tables) {
        this.origin = origin;
        this.tables = tables;
    }

    /** The fixed steps of the paper; throws a RunException for a task that it does not have. */
    public static PhaseSteps published(String task) {
        Map<PhaseTable, Map<Phase, Long>> tables = new EnumMap<>(PhaseTable.class);
        switch (task) {
            case "dyck" -> {
                tables.put(PhaseTable.A, phases(200, 500, 1400, 3900));
                tables.put(PhaseTable.B, phases(300, 600, 1500, 4000));
                tables.put(PhaseTable.NEAREST, phases(200, 600, 2000, 5000));
            }
            case "scan" -> {
                tables.put(PhaseTable.A, phases(500, 2000, 4500, 9500));
                tables.put(PhaseTable.B, phases(1000, 2500, 5000, 10_000));
                tables.put(PhaseTable.NEAREST, phases(1000, 3000, 5000, 10_000));
            }
            default ->
                throw new RunException("the paper has no fixed phases for task " + task
                        + "; they can be detected (--phases detected)");
        }
        return new PhaseSteps(PUBLISHED, tables);
    }

    /**
     * Phases from a run's own t95 (the first evaluation with at least 0.95): half of it, itself, 2.5 times it, and the last
     * snapshot, each at the nearest snapshot (ours).
     *
     * @param steps of the snapshots that there are
     * @throws RunException if the run has not grokked
     */
    public static PhaseSteps detected(StudiedRun run, NavigableSet<Long> steps) {
        OptionalLong grokStep = run.grokStep();
        if (grokStep.isEmpty()) {
            throw new RunException(run.name() + ": has not grokked (test accuracy never reached "
                    + PhaseWindows.GROK_ACCURACY + "), so it has no phases of its own; take those of a run that has"
                    + " (--phases-of RUN) or the paper's (--phases published)");
        }
        double t95 = (double) grokStep.getAsLong();
        Map<Phase, Long> found = new EnumMap<>(Phase.class);
        found.put(Phase.PRE_GROK, nearest(steps, t95 / 2));
        found.put(Phase.AT_GROK, nearest(steps, t95));
        found.put(Phase.POST_GROK, nearest(steps, POST_GROK * t95));
        found.put(Phase.LATE, steps.last());
        return everywhere("detected", found);
    }

    /** The same steps in every table. */
    public static PhaseSteps everywhere(String origin, Map<Phase, Long> steps) {
        Map<PhaseTable, Map<Phase, Long>> tables = new EnumMap<>(PhaseTable.class);
        for (PhaseTable table : PhaseTable.values()) {
            tables.put(table, steps);
        }
        return new PhaseSteps(origin, tables);
    }

    /** Only the phases that a run has a snapshot of. */
    public PhaseSteps within(NavigableSet<Long> steps) {
        Map<PhaseTable, Map<Phase, Long>> present = new EnumMap<>(PhaseTable.class);
        tables.forEach((table, phases) -> {
            Map<Phase, Long> reached = new EnumMap<>(phases);
            reached.values().retainAll(steps);
            present.put(table, reached);
        });
        return new PhaseSteps(origin, present);
    }

    /** Steps by phase, in the order of the phases. */
    public Map<Phase, Long> of(PhaseTable table) {
        return Collections.unmodifiableMap(tables.get(table));
    }

    /** Where the steps come from: {@code published} or {@code detected}. */
    public String origin() {
        return origin;
    }

    private static Map<Phase, Long> phases(long preGrok, long atGrok, long postGrok, long late) {
        Map<Phase, Long> phases = new EnumMap<>(Phase.class);
        phases.put(Phase.PRE_GROK, preGrok);
        phases.put(Phase.AT_GROK, atGrok);
        phases.put(Phase.POST_GROK, postGrok);
        phases.put(Phase.LATE, late);
        return phases;
    }

    /** The snapshot nearest to a step; of two equally near the earlier. */
    public static long nearest(NavigableSet<Long> steps, double wanted) {
        long nearest = steps.first();
        for (long step : steps) {
            if (Math.abs((double) step - wanted) < Math.abs((double) nearest - wanted)) {
                nearest = step;
            }
        }
        return nearest;
    }
}
