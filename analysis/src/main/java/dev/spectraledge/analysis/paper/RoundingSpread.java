package dev.spectraledge.analysis.paper;

import dev.spectraledge.analysis.published.Tolerance;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * How far rounding alone moves a number: what was found on a run and on its {@link RoundingReplicas}.
 *
 * @param values of the run first, where it has any
 */
record RoundingSpread(List<Double> values) {
    /** Of one run and its replicas; empty if nothing was measured on these. */
    static Optional<RoundingSpread> of(Selector selector, SubjectRun run, Evidence replicas) {
        List<Double> found = new ArrayList<>();
        for (SubjectRun replica : replicas.runs(run.subject().name())) {
            if (replica.seed() == run.seed()) {
                replica.value(selector).ifPresent(found::add);
            }
        }
        if (found.isEmpty()) {
            return Optional.empty();
        }
        run.value(selector).ifPresent(own -> found.add(0, own));
        return Optional.of(new RoundingSpread(List.copyOf(found)));
    }

    double low() {
        return Collections.min(values);
    }

    double high() {
        return Collections.max(values);
    }

    /** Whether one of them lies within a tolerance. */
    boolean reaches(Tolerance tolerance) {
        return values.stream().anyMatch(value -> tolerance.admits(new double[] {value}));
    }
}
