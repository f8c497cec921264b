package dev.spectraledge.analysis.experiment.dynamics;

import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.phase.SustainedAccuracy;
import dev.spectraledge.analysis.protocol.Parameter;
import dev.spectraledge.analysis.protocol.Protocol;
import dev.spectraledge.analysis.report.RunTable;
import java.util.List;
import java.util.OptionalLong;
import java.util.TreeSet;

/**
 * The four snapshots of the three-basis test as published (Lifecycle §4.24): after a tenth of them; where training and test
 * accuracy are furthest apart while the test is below one half, otherwise after 40 %; and the two about the step at which the
 * strict rule of the early stop is fulfilled, otherwise after 80 % and the last.
 */
final class PublishedCheckpoints {
    private static final double LEARNT = 0.9;
    private static final double UNKNOWN = 0.5;

    private PublishedCheckpoints() {}

    /** Steps, ascending. */
    static List<Long> of(StudiedRun run) {
        List<Long> snapshots = List.copyOf(run.steps());
        int count = snapshots.size();
        TreeSet<Long> steps = new TreeSet<>();
        steps.add(snapshots.get(Math.min(Math.max(1, count / 10), count - 1)));
        steps.add(memorisation(run).orElse(snapshots.get((int) (0.4 * count))));
        OptionalLong strict = strictGrokStep(run);
        if (strict.isPresent()) {
            Long before = run.steps().lower(strict.getAsLong());
            Long after = run.steps().higher(strict.getAsLong());
            steps.add(before == null ? snapshots.getFirst() : before);
            steps.add(after == null ? snapshots.getLast() : after);
        } else {
            steps.add(snapshots.get((int) (0.8 * count)));
            steps.add(snapshots.getLast());
        }
        // Nothing has moved in the first one.
        steps.remove(snapshots.getFirst());
        return List.copyOf(steps);
    }

    private static OptionalLong memorisation(StudiedRun run) {
        OptionalLong found = OptionalLong.empty();
        if (run.hasMetrics()) {
            RunTable metrics = run.metrics();
            double[] steps = metrics.steps();
            double[] train = metrics.require("train_accuracy");
            double[] test = metrics.require("test_accuracy");
            double widest = 0;
            for (int row = 0; row < steps.length; row++) {
                long step = (long) steps[row];
                double gap = train[row] - test[row];
                if (train[row] >= LEARNT
                        && test[row] < UNKNOWN
                        && gap > widest
                        && run.steps().contains(step)) {
                    widest = gap;
                    found = OptionalLong.of(step);
                }
            }
        }
        return found;
    }

    /** The evaluation at which the published early stop would have ended the run. */
    private static OptionalLong strictGrokStep(StudiedRun run) {
        if (!run.hasMetrics()) {
            return OptionalLong.empty();
        }
        Protocol protocol = run.protocol(ThreeBasis.NAME);
        double[] steps = run.metrics().steps();
        double[] accuracies = run.metrics().require("test_accuracy");
        int patience = protocol.count(Parameter.STOP_PATIENCE);
        OptionalLong first =
                SustainedAccuracy.first(steps, accuracies, protocol.real(Parameter.STOP_ACCURACY), patience);
        if (first.isEmpty()) {
            return first;
        }
        int row = 0;
        while ((long) steps[row] < first.getAsLong()) {
            row++;
        }
        return OptionalLong.of((long) steps[row + patience - 1]);
    }
}
