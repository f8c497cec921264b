package dev.spectraledge.analysis.experiment.flow;

import dev.spectraledge.analysis.experiment.SnapshotSteps;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.Trajectory;
import dev.spectraledge.analysis.experiment.TrajectoryWindow;
import dev.spectraledge.analysis.spectrum.GramMatrix;
import dev.spectraledge.analysis.spectrum.GramSpectrum;
import dev.spectraledge.analysis.spectrum.SpectralEdge;
import dev.spectraledge.analysis.statistic.Statistics;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;
import java.util.function.ToIntFunction;

/**
 * The edge in every full window of a run, in order. Since σ_k = Σ_i u_ik⟨Δ_i, v_k⟩ is linear in the updates, it is exactly the
 * sum of a part that the gradient made and one that weight decay made; so is the gap σ_k* − σ_{k*+1} (ours).
 */
final class EdgeCourse {
    private final List<EdgeWindow> windows = new ArrayList<>();

    private EdgeCourse() {}

    /**
     * Windows of so many updates of {@code stride} steps each.
     *
     * @param rule for k*, such as {@link SpectralEdge#position}, the thesis's, or {@link SpectralEdge#weightedPosition}
     */
    static EdgeCourse of(
            Trajectory trajectory, StudiedRun run, long stride, int width, ToIntFunction<GramSpectrum> rule) {
        EdgeCourse course = new EdgeCourse();
        TreeSet<Long> steps = new TreeSet<>(trajectory.steps());
        for (long end : steps) {
            List<Long> snapshots = SnapshotSteps.window(steps, end, stride, width);
            if (snapshots.size() == width + 1) {
                course.windows.add(EdgeWindow.of(
                        snapshots.getFirst(),
                        TrajectoryWindow.of(trajectory, snapshots, run.learningRate() * run.attentionDecay()),
                        trajectory.gram(snapshots),
                        rule));
            }
        }
        return course;
    }

    List<EdgeWindow> windows() {
        return windows;
    }

    /** Only windows all of whose updates come after a step. */
    List<EdgeWindow> since(long step) {
        return windows.stream().filter(window -> window.begin() >= step).toList();
    }

    static double median(List<EdgeWindow> windows, ToDoubleFunction<EdgeWindow> quantity) {
        return Statistics.lowerMedian(
                windows.stream().mapToDouble(quantity).filter(Double::isFinite).toArray());
    }

    /**
     * The edge of one window.
     *
     * @param begin step before its first update
     * @param step of its last snapshot
     * @param position k*, counted from 1, by the rule of the course
     * @param leading σ_1
     * @param leadingShare the gradient's part of σ_1, divided by σ_1; decay's is the rest
     * @param upper σ_k*
     * @param upperShare the gradient's part of it
     * @param lower σ_{k*+1}
     * @param lowerShare the gradient's part of it
     * @param coherence σ_1² over the largest squared norm of an update: 1 where updates are independent of each other
     */
    record EdgeWindow(
            long begin,
            long step,
            int position,
            double leading,
            double leadingShare,
            double upper,
            double upperShare,
            double lower,
            double lowerShare,
            double coherence) {

        private static EdgeWindow of(
                long begin, TrajectoryWindow window, GramMatrix gram, ToIntFunction<GramSpectrum> rule) {
            int position = rule.applyAsInt(window.spectrum());
            double largest = 0;
            for (int row = 0; row < window.size(); row++) {
                largest = Math.max(largest, gram.get(row, row));
            }
            double leading = window.spectrum().singularValue(0);
            return new EdgeWindow(
                    begin,
                    window.step(),
                    position,
                    leading,
                    window.parts(0).signedShare(),
                    window.spectrum().singularValue(position - 1),
                    window.parts(position - 1).signedShare(),
                    window.spectrum().singularValue(position),
                    window.parts(position).signedShare(),
                    leading * leading / largest);
        }

        /** g = σ_k* − σ_{k*+1}. */
        double gap() {
            return upper - lower;
        }

        /** What the gradient has made of the gap. */
        double gradientGap() {
            return upperShare * upper - lowerShare * lower;
        }

        /** What weight decay has made of it. */
        double decayGap() {
            return gap() - gradientGap();
        }

        /** Whether more of σ_1 is the gradient's than weight decay's. */
        boolean isGradientLed() {
            return Math.abs(leadingShare) > Math.abs(1 - leadingShare);
        }
    }
}
