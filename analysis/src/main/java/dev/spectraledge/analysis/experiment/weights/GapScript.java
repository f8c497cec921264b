package dev.spectraledge.analysis.experiment.weights;

import dev.spectraledge.analysis.experiment.SnapshotSteps;
import dev.spectraledge.analysis.experiment.Trajectory;
import dev.spectraledge.analysis.protocol.Parameter;
import dev.spectraledge.analysis.protocol.Protocol;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/** The two published scripts for thesis table 7, which differ in their windows and in their definitions (thesis §3.4). */
enum GapScript {
    /** For Dyck and SCAN. */
    SEQUENCES(EarlyGap.UP_TO_GROK) {
        @Override
        Thinning thinning() {
            return new Thinning(100, 10, 9);
        }

        @Override
        int fewestUpdates(int width) {
            return 1;
        }

        @Override
        boolean declinesWithoutGrokking() {
            return true;
        }

        @Override
        double earlyRatio(GapTable table) {
            return table.meanRatioUpToGrok();
        }
    },
    /** For modular arithmetic. */
    MODULAR(EarlyGap.BEFORE_GROK) {
        @Override
        Thinning thinning() {
            return new Thinning(0, 20, 20);
        }

        @Override
        int fewestUpdates(int width) {
            return width;
        }

        @Override
        boolean declinesWithoutGrokking() {
            return false;
        }

        @Override
        double earlyRatio(GapTable table) {
            return table.meanRatioBeforeGrok();
        }
    };

    private final EarlyGap early;

    GapScript(EarlyGap early) {
        this.early = early;
    }

    /** That of a task. */
    static GapScript of(Protocol protocol) {
        return valueOf(protocol.word(Parameter.SCRIPT).toUpperCase(Locale.ROOT));
    }

    /** Which snapshots are kept. */
    abstract Thinning thinning();

    /** How many updates the first window has. */
    abstract int fewestUpdates(int width);

    /**
     * Whether a run that never groks has a decline, from its largest gap to its last window; otherwise it counts as one that
     * did not decline.
     */
    abstract boolean declinesWithoutGrokking();

    /** R_early. */
    abstract double earlyRatio(GapTable table);

    /** Which gap the script calls early. */
    EarlyGap early() {
        return early;
    }

    /** The script's windows of the snapshots that it keeps. */
    List<GapWindow> windows(Trajectory trajectory, long stride, int width, OptionalLong grokStep) {
        List<Long> snapshots = SnapshotSteps.every(trajectory.steps(), stride);
        List<Long> kept = thinning().kept(snapshots, grokStep);
        return kept.size() == snapshots.size()
                ? GapWindows.growing(trajectory, stride, width).stream()
                        .filter(window -> window.updates() >= fewestUpdates(width))
                        .toList()
                : GapWindows.between(trajectory, kept, width, fewestUpdates(width));
    }
}
