package dev.spectraledge.analysis.paper;

import dev.spectraledge.analysis.experiment.Measurement;
import dev.spectraledge.analysis.experiment.RecordedFindings;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * Everything that was found on one run.
 *
 * @param scale of the run
 * @param published findings at the paper's phases by experiment; those of experiments that do not depend on phases are here
 *     or in {@code detected}
 * @param detected findings at the phases that were detected
 */
public record SubjectRun(
        Subject subject,
        long seed,
        String title,
        RunScale scale,
        Map<String, RecordedFindings> published,
        Map<String, RecordedFindings> detected) {

    /** Findings at the paper's phases, or where the task has none at the detected ones. */
    public Optional<RecordedFindings> findings(String experiment) {
        RecordedFindings found = published.get(experiment);
        return Optional.ofNullable(found == null ? detected.get(experiment) : found);
    }

    /** The measurement; empty if there is none. */
    public OptionalDouble value(Selector selector) {
        Optional<RecordedFindings> found = findings(selector.experiment());
        return found.isEmpty() ? OptionalDouble.empty() : value(found.get(), selector.of(scale));
    }

    /** What was measured in the same phase, where that was detected; empty if the selector's step is no phase. */
    OptionalDouble valueAtDetectedPhase(Selector selector) {
        RecordedFindings own = published.get(selector.experiment());
        RecordedFindings other = detected.get(selector.experiment());
        if (own == null || other == null || selector.step().isEmpty()) {
            return OptionalDouble.empty();
        }
        OptionalLong step = other.stepOfSamePhase(own, selector.step().getAsLong());
        return step.isEmpty() ? OptionalDouble.empty() : value(other, selector.at(step.getAsLong()));
    }

    private static OptionalDouble value(RecordedFindings findings, Selector selector) {
        if (selector.step().isPresent()) {
            return findings.value(
                    selector.procedure(),
                    selector.quantity(),
                    selector.item(),
                    selector.step().getAsLong());
        }
        List<Measurement> curve = findings.curve(selector.procedure(), selector.quantity(), selector.item());
        return curve.isEmpty()
                ? OptionalDouble.empty()
                : OptionalDouble.of(curve.getLast().value());
    }
}
