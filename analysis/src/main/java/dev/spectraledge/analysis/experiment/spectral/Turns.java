package dev.spectraledge.analysis.experiment.spectral;

import dev.spectraledge.analysis.spectrum.GramMatrix;
import dev.spectraledge.analysis.statistic.Statistics;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The turns of several windows of a run, no two of which share an update, and what is said of them together. */
final class Turns {
    private final List<WindowTurn> turns = new ArrayList<>();

    /** @param blocks Gram matrices of 2W updates each */
    Turns(List<GramMatrix> blocks) {
        blocks.forEach(block -> turns.add(WindowTurn.of(block)));
    }

    /** k* that most windows have; the least of equally frequent ones. */
    int usualPosition() {
        Map<Integer, Integer> counts = new HashMap<>();
        turns.forEach(turn -> counts.merge(turn.position(), 1, Integer::sum));
        int usual = 0;
        for (int position : counts.keySet().stream().sorted().toList()) {
            usual = usual == 0 || counts.get(position) > counts.get(usual) ? position : usual;
        }
        return usual;
    }

    /** Mean published α of the modes before k*; NaN where k* = 1. */
    double dominant(int position) {
        return mean(0, position - 1);
    }

    /** Mean published α of modes k* and k* + 1. */
    double atGap(int position) {
        return mean(position - 1, position + 1);
    }

    /** Mean published α of later modes. */
    double below(int position) {
        return mean(position + 1, WindowTurn.MODES);
    }

    private double mean(int from, int to) {
        return Statistics.mean(turns.stream()
                .map(turn -> turn.meanPublished(from, to))
                .filter(Double::isFinite)
                .toList());
    }

    /**
     * Whether α_dominant &gt; α_gap &gt; α_below.
     *
     * @param empty what α of no modes counts as
     */
    boolean isOrdered(int position, double empty) {
        double first = Double.isNaN(dominant(position)) ? empty : dominant(position);
        return first > atGap(position) && atGap(position) > below(position);
    }

    /**
     * Spearman's correlation, over all windows and modes, of the bound with the sine W updates later: positive where what the theorem
     * calls stable is found again once no update is common. Ours.
     */
    double persistence() {
        double[] bounds = turns.stream()
                .flatMapToDouble(turn -> Arrays.stream(turn.bound()))
                .toArray();
        double[] sines = turns.stream()
                .flatMapToDouble(turn -> Arrays.stream(turn.laterSine()))
                .toArray();
        return Statistics.correlation(Statistics.ranks(bounds), Statistics.ranks(sines));
    }

    /** Mean sine of a mode's angle W updates later. */
    double meanLaterSine(int mode) {
        return Statistics.mean(
                turns.stream().map(turn -> turn.laterSine()[mode]).toList());
    }

    List<WindowTurn> all() {
        return turns;
    }
}
