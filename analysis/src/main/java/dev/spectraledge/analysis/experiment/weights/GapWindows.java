package dev.spectraledge.analysis.experiment.weights;

import dev.spectraledge.analysis.experiment.SnapshotSteps;
import dev.spectraledge.analysis.experiment.Trajectory;
import dev.spectraledge.analysis.report.RunTable;
import dev.spectraledge.analysis.spectrum.GramSpectrum;
import java.util.ArrayList;
import java.util.List;

/** Ways to cut a run into windows of updates; each gives them in the order of their steps. */
final class GapWindows {
    /** Fewer updates than these are no window. */
    private static final int FEWEST_UPDATES = 2;

    private GapWindows() {}

    /** Of updates of {@code stride} steps each; where the run begins, the windows have fewer than {@code width} of them. */
    static List<GapWindow> growing(Trajectory trajectory, long stride, int width) {
        List<GapWindow> windows = new ArrayList<>();
        for (long step : SnapshotSteps.ends(trajectory.steps(), stride, width)) {
            windows.add(window(trajectory, SnapshotSteps.window(trajectory.steps(), step, stride, width)));
        }
        return windows;
    }

    /** The same of exactly {@code width} updates, so that all gaps are of one kind. */
    static List<GapWindow> full(Trajectory trajectory, long stride, int width) {
        return growing(trajectory, stride, width).stream()
                .filter(window -> window.updates() == width)
                .toList();
    }

    /**
     * Of updates between neighbours in a list of snapshots, however far they are apart.
     *
     * @param fewest updates of the first window
     */
    static List<GapWindow> between(Trajectory trajectory, List<Long> snapshots, int width, int fewest) {
        List<GapWindow> windows = new ArrayList<>();
        for (int last = Math.max(FEWEST_UPDATES, fewest); last < snapshots.size(); last++) {
            windows.add(window(trajectory, snapshots.subList(Math.max(0, last - width), last + 1)));
        }
        return windows;
    }

    private static GapWindow window(Trajectory trajectory, List<Long> snapshots) {
        int updates = snapshots.size() - 1;
        GramSpectrum spectrum = new GramSpectrum(updates);
        spectrum.compute(trajectory.gram(snapshots), 0, updates);
        return GapWindow.of(snapshots.getLast(), spectrum);
    }

    /** Those of exactly {@code width} updates that an observer recorded while the run trained. */
    static List<GapWindow> recorded(RunTable table, int width) {
        double[] steps = table.steps();
        double[] updates = table.require("window_updates");
        double[] gaps = table.require("g23");
        double[] shares = table.require("g23_over_trace");
        double[] edges = table.require("k_star_weighted");
        double[] ratios = table.require("gap_ratio_weighted");
        List<GapWindow> windows = new ArrayList<>();
        for (int row = 0; row < steps.length; row++) {
            if (updates[row] == width && Double.isFinite(gaps[row])) {
                windows.add(
                        new GapWindow((long) steps[row], width, gaps[row], shares[row], (int) edges[row], ratios[row]));
            }
        }
        return windows;
    }
}
