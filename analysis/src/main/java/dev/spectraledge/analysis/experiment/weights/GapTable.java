package dev.spectraledge.analysis.experiment.weights;

import dev.spectraledge.analysis.statistic.Statistics;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * What the published table says of a run's windows (Lifecycle §4.1, thesis table 7 and §3.4): an early gap, the one at the grok
 * step, and their ratio. Of a run without a grok step: the largest of all and the last.
 */
final class GapTable {
    /** A larger ratio counts as a decline. */
    private static final double LEAST_DECLINE = 1.5;

    private final List<GapWindow> windows;
    private final long stride;
    private final OptionalLong grokStep;

    /**
     * Of windows in the order of their steps.
     *
     * @param stride steps between two of them
     */
    GapTable(List<GapWindow> windows, long stride, OptionalLong grokStep) {
        this.windows = windows;
        this.stride = stride;
        this.grokStep = grokStep;
    }

    List<GapWindow> windows() {
        return windows;
    }

    /** Whether there is any window to look for an early gap in. */
    boolean isEmpty() {
        return upToGrok().isEmpty();
    }

    /** Whether there is a grok step to look at. */
    boolean groks() {
        return grokStep.isPresent();
    }

    private List<GapWindow> upToGrok() {
        return grokStep.isEmpty()
                ? windows
                : windows.stream()
                        .filter(window -> window.step() <= grokStep.getAsLong())
                        .toList();
    }

    private List<GapWindow> beforeGrok() {
        return grokStep.isEmpty()
                ? windows
                : windows.stream()
                        .filter(window -> window.step() < grokStep.getAsLong())
                        .toList();
    }

    /** Whether a window ends less than one update before the grok step; of a run that does not grok there is none to reach. */
    boolean reachesGrok() {
        return grokStep.isEmpty() || atGrok().step() + stride > grokStep.getAsLong();
    }

    /** The window with the largest gap up to the grok step. */
    GapWindow peak() {
        return early(EarlyGap.UP_TO_GROK).orElseThrow();
    }

    /** The window with the early gap; empty where there is none. */
    Optional<GapWindow> early(EarlyGap which) {
        return switch (which) {
            case UP_TO_GROK -> largest(upToGrok());
            case BEFORE_GROK -> largest(beforeGrok());
            case FIRST -> upToGrok().stream().findFirst();
        };
    }

    private static Optional<GapWindow> largest(List<GapWindow> of) {
        return of.stream().max(Comparator.comparingDouble(GapWindow::gap));
    }

    /** The last window up to the grok step. */
    GapWindow atGrok() {
        return upToGrok().getLast();
    }

    /** The early gap over the one at the grok step; NaN where there is none. */
    double decline(EarlyGap which) {
        return early(which).map(window -> window.gap() / atGrok().gap()).orElse(Double.NaN);
    }

    /** The same of the gaps' shares of their windows' energy. */
    double declineOfShare(EarlyGap which) {
        return early(which)
                .map(window -> window.relativeGap() / atGrok().relativeGap())
                .orElse(Double.NaN);
    }

    /** Whether the ratio is one that the published table counts. */
    static boolean isDecline(double decline) {
        return decline > LEAST_DECLINE;
    }

    /**
     * How rarely a gap is as small as that at the grok step: the share of all windows up to it, itself among them, whose gap is
     * no larger. Where windows could change places, it is at most a share x of the time no more than x.
     */
    double shareAsSmall() {
        return share(upToGrok().stream().filter(window -> window.gap() <= atGrok().gap()));
    }

    /** At which share of the windows up to the grok step, taken for it, the largest gap of them all would count as a decline. */
    double shareThatDeclines() {
        double largest = peak().gap();
        return share(upToGrok().stream().filter(window -> isDecline(largest / window.gap())));
    }

    private double share(Stream<GapWindow> some) {
        return (double) some.count() / upToGrok().size();
    }

    /** Whether the gap rises at most once between the largest and the grok step. */
    boolean monotonic() {
        List<GapWindow> between = upToGrok().stream()
                .filter(window -> window.step() >= peak().step())
                .toList();
        int rises = 0;
        for (int i = 1; i < between.size(); i++) {
            rises += between.get(i).gap() > between.get(i - 1).gap() ? 1 : 0;
        }
        return rises <= 1;
    }

    /** Mean R up to the grok step; of a run without one over its first half. */
    double meanRatioUpToGrok() {
        return meanRatio(grokStep.isEmpty() ? windows.subList(0, Math.max(1, windows.size() / 2)) : upToGrok());
    }

    /** Mean R before the grok step; of a run without one over all of it. NaN where no window ends before. */
    double meanRatioBeforeGrok() {
        return beforeGrok().isEmpty() ? Double.NaN : meanRatio(beforeGrok());
    }

    private static double meanRatio(List<GapWindow> of) {
        return Statistics.mean(of.stream().map(GapWindow::ratio).toList());
    }

    /** k* of the last window. */
    int terminalEdge() {
        return windows.getLast().edge();
    }

    /** The most frequent k*; the least of equally frequent ones. */
    int usualEdge() {
        Map<Integer, Integer> counts = new HashMap<>();
        windows.forEach(window -> counts.merge(window.edge(), 1, Integer::sum));
        return counts.entrySet().stream()
                .max(Map.Entry.<Integer, Integer>comparingByValue()
                        .thenComparing(
                                Map.Entry.<Integer, Integer>comparingByKey().reversed()))
                .orElseThrow()
                .getKey();
    }
}
