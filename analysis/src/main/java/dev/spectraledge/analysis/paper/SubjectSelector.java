package dev.spectraledge.analysis.paper;

import dev.spectraledge.analysis.experiment.Procedure;
import java.util.OptionalDouble;

/** Names a measurement on the run of one subject, whatever its seed. */
record SubjectSelector(String subject, Selector selector) {
    static SubjectSelector of(ResourceEntry entry) {
        return new SubjectSelector(entry.text("subject"), entry.selector(Procedure.CONTROLLED));
    }

    /** The value of one seed; empty if it was not measured, or is no finite number. */
    OptionalDouble value(Evidence evidence, long seed) {
        OptionalDouble value =
                evidence.run(subject, seed).map(run -> run.value(selector)).orElse(OptionalDouble.empty());
        return value.isPresent() && Double.isFinite(value.getAsDouble()) ? value : OptionalDouble.empty();
    }

    /** The values of all seeds that have one. */
    double[] values(Evidence evidence) {
        return evidence.runs(subject).stream()
                .map(run -> value(evidence, run.seed()))
                .filter(OptionalDouble::isPresent)
                .mapToDouble(OptionalDouble::getAsDouble)
                .toArray();
    }
}
