package dev.spectraledge.analysis.report.sweep;

import dev.spectraledge.analysis.report.EvenSample;
import dev.spectraledge.trainer.sweep.PlannedRun;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which runs of a sweep have their curves drawn: all of a small one, and of a large one as many as somebody can look at,
 * evenly spread over the plan.
 */
final class DrawnCurves {
    /** More panels are no longer looked at. */
    static final int MOST_PANELS = 48;

    /** More lines of a panel can no longer be told apart. */
    static final int MOST_LINES = 12;

    private final SweptSpace space;
    private final Map<List<Object>, List<PlannedRun>> panels = new LinkedHashMap<>();
    private final Set<String> ids = new HashSet<>();

    DrawnCurves(SweptSpace space) {
        this.space = space;
        for (List<Object> point :
                EvenSample.of(new ArrayList<>(space.combinations().keySet()), MOST_PANELS)) {
            List<PlannedRun> runs = EvenSample.of(space.combinations().get(point), MOST_LINES);
            panels.put(point, runs);
            runs.forEach(run -> ids.add(run.id()));
        }
    }

    /** The runs of each panel, by their values of the {@link SweptSpace#axes}. */
    Map<List<Object>, List<PlannedRun>> panels() {
        return panels;
    }

    boolean contains(PlannedRun run) {
        return ids.contains(run.id());
    }

    /** What is left out, in sentences; empty if nothing is. */
    String leftOut() {
        StringBuilder text = new StringBuilder();
        int combinations = space.combinations().size();
        if (combinations > MOST_PANELS) {
            text.append("The figure shows ")
                    .append(MOST_PANELS)
                    .append(" of ")
                    .append(combinations)
                    .append(" combinations, evenly spread in the order of the plan. ");
        }
        int lines = space.combinations().values().stream()
                .mapToInt(List::size)
                .max()
                .orElse(0);
        if (lines > MOST_LINES) {
            text.append("Each panel shows at most ")
                    .append(MOST_LINES)
                    .append(" of ")
                    .append(lines)
                    .append(" runs, chosen likewise. ");
        }
        return text.isEmpty() ? "" : text + "The table below, table.csv and the reports of the runs have all of them. ";
    }
}
