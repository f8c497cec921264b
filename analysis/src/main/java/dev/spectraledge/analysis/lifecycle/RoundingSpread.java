package dev.spectraledge.analysis.lifecycle;

import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Optional;

/**
 * How far rounding alone moves a number: what was found on a run and on its {@link RoundingReplicas}.
 *
 * @param replicas of the run with this value
 * @param low smallest of all values
 * @param high largest
 */
record RoundingSpread(int replicas, double low, double high) {
    /** Of one run and its replicas; empty if nothing was measured on these. */
    static Optional<RoundingSpread> of(Selector selector, StudiedSeed run, Evidence replicas) {
        List<Double> found = new ArrayList<>();
        for (StudiedSeed replica : replicas.seeds(run.task(), run.weightDecay())) {
            if (replica.seed() == run.seed()) {
                replica.value(selector).ifPresent(found::add);
            }
        }
        if (found.isEmpty()) {
            return Optional.empty();
        }
        int count = found.size();
        run.value(selector).ifPresent(found::add);
        DoubleSummaryStatistics range =
                found.stream().mapToDouble(Double::doubleValue).summaryStatistics();
        return Optional.of(new RoundingSpread(count, range.getMin(), range.getMax()));
    }

    /** Whether some of it lies between two bounds. */
    boolean reaches(double lower, double upper) {
        return low <= upper && high >= lower;
    }
}
