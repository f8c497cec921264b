package dev.spectraledge.analysis.experiment.coupling;

import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.report.RunTable;
import java.util.HashMap;
import java.util.Map;

/** What a run was evaluated to, by step. */
final class Evaluations {
    private final RunTable table;
    private final Map<Long, Integer> rows = new HashMap<>();

    Evaluations(StudiedRun run) {
        table = run.metrics();
        double[] steps = table.steps();
        for (int row = 0; row < steps.length; row++) {
            rows.put((long) steps[row], row);
        }
    }

    /** A column of {@code metrics.csv} at a step; NaN where there is none. */
    double at(long step, String column) {
        Integer row = rows.get(step);
        return row == null
                ? Double.NaN
                : table.column(column).map(values -> values[row]).orElse(Double.NaN);
    }

    /** Smallest number of steps that is both a multiple of the cadence and of the steps between evaluations. */
    static long spacing(StudiedRun run, long stride) {
        long every = run.config().evaluation().every();
        long spacing = stride;
        while (spacing % every != 0) {
            spacing += stride;
        }
        return spacing;
    }
}
