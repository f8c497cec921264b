package dev.spectraledge.analysis.experiment.coupling;

import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.report.RunTable;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

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

    /** The learning rate of a step, that of all steps where none was recorded; 0 where nobody knows it. */
    double rate(StudiedRun run, long step) {
        double rate = at(step, "learning_rate");
        return Double.isFinite(rate) ? rate : run.isAnalysis() ? 0 : run.learningRate();
    }

    /** A column at a step, on the straight line between the evaluations before and after it; NaN outside of them. */
    double between(double step, String column) {
        Optional<RunTable.Series> series = table.series(column);
        if (series.isEmpty()) {
            return Double.NaN;
        }
        double[] steps = series.get().steps();
        double[] values = series.get().values();
        int place = Arrays.binarySearch(steps, step);
        if (place >= 0) {
            return values[place];
        }
        int after = -place - 1;
        if (after == 0 || after == steps.length) {
            return Double.NaN;
        }
        double share = (step - steps[after - 1]) / (steps[after] - steps[after - 1]);
        return values[after - 1] + share * (values[after] - values[after - 1]);
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
