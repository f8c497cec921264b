package dev.spectraledge.analysis.paper;

import dev.spectraledge.analysis.experiment.Procedure;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * Names a measurement on the runs of one or several subjects, whatever their seeds.
 *
 * @param subjects at least one, in the order in which their runs are shown
 */
record SubjectSelector(List<String> subjects, Selector selector) {
    SubjectSelector(String subject, Selector selector) {
        this(List.of(subject), selector);
    }

    static SubjectSelector of(ResourceEntry entry) {
        return new SubjectSelector(
                entry.has("subjects") ? entry.texts("subjects") : List.of(entry.text("subject")),
                entry.selector(Procedure.CONTROLLED));
    }

    /** What a case is called: runs of one subject differ by their seeds alone. */
    String cases() {
        return subjects.size() == 1 ? "seed" : "run";
    }

    /**
     * The value of one run; empty if it was not measured, or is no finite number.
     *
     * @param place of the subject; the only one has every place
     */
    OptionalDouble value(Evidence evidence, int place, long seed) {
        String subject = subjects.size() == 1 ? subjects.getFirst() : subjects.get(place);
        return evidence.run(subject, seed).stream()
                .flatMapToDouble(run -> run.value(selector).stream())
                .filter(Double::isFinite)
                .findFirst();
    }

    /** Whether a run is one of those that are named and has a finite value. */
    boolean isMeasuredOn(SubjectRun run) {
        return subjects.contains(run.subject().name())
                && run.value(selector).stream().anyMatch(Double::isFinite);
    }

    /** Of all runs that have one, even if what was measured is that there is no such number. */
    double[] measured(Evidence evidence) {
        return stream(evidence).toArray();
    }

    /** The finite values of all runs that have one. */
    double[] values(Evidence evidence) {
        return stream(evidence).filter(Double::isFinite).toArray();
    }

    private DoubleStream stream(Evidence evidence) {
        return subjects.stream()
                .flatMap(subject -> evidence.runs(subject).stream())
                .flatMapToDouble(run -> run.value(selector).stream());
    }

    /** Places of the subjects. */
    IntStream places() {
        return IntStream.range(0, subjects.size());
    }
}
