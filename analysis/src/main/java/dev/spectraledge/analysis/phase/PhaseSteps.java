package dev.spectraledge.analysis.phase;

import dev.spectraledge.analysis.protocol.Protocol;
import dev.spectraledge.trainer.RunException;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.OptionalLong;

/**
 * The steps at which a run is examined: those of its phases, which the paper hard-codes for every seed or which are detected in
 * the run's own metrics, or steps that the user names.
 */
public final class PhaseSteps {
    /** Post-grok in multiples of t95, as the published Dyck steps have it: 1500 of 600. */
    private static final double POST_GROK = 2.5;

    /** Origin of steps that are the paper's. */
    public static final String PUBLISHED = "published";

    /** Origin of steps that somebody named. */
    private static final String GIVEN = "given";

    private final Map<PhaseTable, Map<Phase, Long>> tables;
    private final List<Long> given;
    private final String origin;

    private PhaseSteps(String origin, Map<PhaseTable, Map<Phase, Long>> tables, List<Long> given) {
        this.origin = origin;
        this.tables = tables;
        this.given = given;
    }

    /** For experiments that look at none. */
    public static PhaseSteps none() {
        return everywhere("none", Map.of());
    }

    /** Steps that are no phases, in their order and each once. */
    public static PhaseSteps given(Collection<Long> steps) {
        return new PhaseSteps(
                GIVEN,
                everywhere(GIVEN, Map.of()).tables,
                steps.stream().distinct().sorted().toList());
    }

    /** The fixed steps of the paper; throws a RunException for a task that it does not have. */
    public static PhaseSteps published(String task) {
        Protocol protocol = Protocol.of(task);
        Map<PhaseTable, Map<Phase, Long>> tables = new EnumMap<>(PhaseTable.class);
        for (PhaseTable table : PhaseTable.values()) {
            if (!protocol.has(table.steps())) {
                throw new RunException("the paper has no fixed phases for task " + task
                        + "; they can be detected (--phases detected)");
            }
            tables.put(table, phases(protocol.steps(table.steps())));
        }
        return new PhaseSteps(PUBLISHED, tables, List.of());
    }

    /**
     * Phases from a run's own t95 (the first evaluation with at least 0.95): half of it, itself, 2.5 times it, and the last
     * snapshot, each at the nearest snapshot (ours). A run that has not grokked, as one without weight decay, has only the
     * last.
     *
     * @param grokStep t95; empty if the run has not grokked
     * @param steps of the snapshots that there are
     */
    public static PhaseSteps detected(OptionalLong grokStep, NavigableSet<Long> steps) {
        Map<Phase, Long> found = new EnumMap<>(Phase.class);
        grokStep.ifPresent(step -> {
            double t95 = (double) step;
            found.put(Phase.PRE_GROK, nearest(steps, t95 / 2));
            found.put(Phase.AT_GROK, nearest(steps, t95));
            found.put(Phase.POST_GROK, nearest(steps, POST_GROK * t95));
        });
        found.put(Phase.LATE, steps.last());
        return everywhere("detected", found);
    }

    /** The same steps in every table. */
    public static PhaseSteps everywhere(String origin, Map<Phase, Long> steps) {
        Map<PhaseTable, Map<Phase, Long>> tables = new EnumMap<>(PhaseTable.class);
        for (PhaseTable table : PhaseTable.values()) {
            tables.put(table, steps);
        }
        return new PhaseSteps(origin, tables, List.of());
    }

    /** Only the phases that a run has a snapshot of. */
    public PhaseSteps within(NavigableSet<Long> steps) {
        Map<PhaseTable, Map<Phase, Long>> present = new EnumMap<>(PhaseTable.class);
        tables.forEach((table, phases) -> {
            Map<Phase, Long> reached = new EnumMap<>(Phase.class);
            reached.putAll(phases);
            reached.values().retainAll(steps);
            present.put(table, reached);
        });
        return new PhaseSteps(
                origin, present, given.stream().filter(steps::contains).toList());
    }

    /** All steps to look at, in the order of the phases; those of two phases may be the same. */
    public List<Long> steps(PhaseTable table) {
        return given.isEmpty() ? List.copyOf(of(table).values()) : given;
    }

    /** The same by what they are called in tables: the phase, or the step itself. */
    public Map<String, Long> titled(PhaseTable table) {
        Map<String, Long> titled = new LinkedHashMap<>();
        of(table).forEach((phase, step) -> titled.put(phase.title(), step));
        given.forEach(step -> titled.put("step " + step, step));
        return titled;
    }

    /** Steps that are phases, in the order of the phases. */
    public Map<Phase, Long> of(PhaseTable table) {
        return Collections.unmodifiableMap(tables.get(table));
    }

    /** Steps that somebody named, ascending; empty where there are phases. */
    public List<Long> given() {
        return given;
    }

    /** Where the steps come from: {@code published}, {@code detected}, {@code given} or {@code none}. */
    public String origin() {
        return origin;
    }

    private static Map<Phase, Long> phases(List<Long> steps) {
        Map<Phase, Long> phases = new EnumMap<>(Phase.class);
        Iterator<Long> inOrder = steps.iterator();
        for (Phase phase : Phase.values()) {
            phases.put(phase, inOrder.next());
        }
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
