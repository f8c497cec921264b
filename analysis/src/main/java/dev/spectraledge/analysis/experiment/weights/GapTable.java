package dev.spectraledge.analysis.experiment.weights;

import dev.spectraledge.analysis.experiment.SnapshotSteps;
import dev.spectraledge.analysis.experiment.Trajectory;
import dev.spectraledge.analysis.spectrum.GramSpectrum;
import dev.spectraledge.analysis.spectrum.SpectralEdge;
import dev.spectraledge.analysis.statistic.Statistics;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * The gap g23 = σ_2² − σ_3² of every window of a run, with the weighted edge k* and its ratio R, and what the published table
 * says of them (Lifecycle §4.1, thesis table 7): the largest gap up to the grok step, the one at it, and their ratio. Of a
 * run that does not grok: the largest of all and the last.
 */
final class GapTable {
    private final List<Row> rows = new ArrayList<>();
    private final long stride;
    private final OptionalLong grokStep;

    /** One window. */
    record Row(long step, int updates, double gap, double relativeGap, int edge, double ratio) {}

    GapTable(Trajectory trajectory, long stride, int width, OptionalLong grokStep) {
        this.stride = stride;
        this.grokStep = grokStep;
        for (long step : SnapshotSteps.ends(trajectory.steps(), stride, width)) {
            GramSpectrum spectrum = new GramSpectrum(width);
            List<Long> snapshots = SnapshotSteps.window(trajectory.steps(), step, stride, width);
            int updates = snapshots.size() - 1;
            spectrum.compute(trajectory.gram(snapshots), 0, updates);
            int edge = SpectralEdge.weightedPosition(spectrum);
            double gap = SpectralEdge.subleadingGap(spectrum);
            rows.add(new Row(step, updates, gap, gap / spectrum.trace(), edge, SpectralEdge.ratio(spectrum, edge)));
        }
    }

    List<Row> rows() {
        return rows;
    }

    /** Whether there is any window to look for an early maximum in. */
    boolean isEmpty() {
        return early().isEmpty();
    }

    private List<Row> early() {
        return grokStep.isEmpty()
                ? rows
                : rows.stream()
                        .filter(row -> row.step() <= grokStep.getAsLong())
                        .toList();
    }

    /** Whether a window ends less than one update before the grok step; of a run that does not grok there is none to reach. */
    boolean reachesGrok() {
        return grokStep.isEmpty() || atGrok().step() + stride > grokStep.getAsLong();
    }

    /** The window with the largest gap up to the grok step. */
    Row peak() {
        return early().stream().max(Comparator.comparingDouble(Row::gap)).orElseThrow();
    }

    /** The last window up to the grok step. */
    Row atGrok() {
        return early().getLast();
    }

    /** Largest gap over the one at the grok step. */
    double decline() {
        return peak().gap() / atGrok().gap();
    }

    /** Whether the gap rises at most once between the two. */
    boolean monotonic() {
        List<Row> between =
                early().stream().filter(row -> row.step() >= peak().step()).toList();
        int rises = 0;
        for (int i = 1; i < between.size(); i++) {
            rises += between.get(i).gap() > between.get(i - 1).gap() ? 1 : 0;
        }
        return rises <= 1;
    }

    /** Mean R up to the grok step; of a run without one over its first half. */
    double earlyRatio() {
        List<Row> first = grokStep.isEmpty() ? rows.subList(0, Math.max(1, rows.size() / 2)) : early();
        return Statistics.mean(first.stream().map(Row::ratio).toList());
    }

    /** The most frequent k*; the least of equally frequent ones. */
    int usualEdge() {
        Map<Integer, Integer> counts = new HashMap<>();
        rows.forEach(row -> counts.merge(row.edge(), 1, Integer::sum));
        return counts.entrySet().stream()
                .max(Map.Entry.<Integer, Integer>comparingByValue()
                        .thenComparing(
                                Map.Entry.<Integer, Integer>comparingByKey().reversed()))
                .orElseThrow()
                .getKey();
    }
}
