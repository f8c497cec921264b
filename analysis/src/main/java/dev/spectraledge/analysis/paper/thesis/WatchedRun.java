package dev.spectraledge.analysis.paper.thesis;

import dev.spectraledge.analysis.experiment.Measurement;
import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.experiment.RecordedFindings;
import dev.spectraledge.analysis.paper.Evidence;
import dev.spectraledge.analysis.paper.SubjectRun;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** A run with what the experiment {@code gap-events} found on it. */
record WatchedRun(SubjectRun run, RecordedFindings findings) {
    static final String EXPERIMENT = "gap-events";

    /** In the order of the plan. */
    static List<WatchedRun> all(Evidence evidence) {
        return evidence.runs().stream()
                .flatMap(run -> run.findings(EXPERIMENT).map(found -> new WatchedRun(run, found)).stream())
                .toList();
    }

    /** Whether it has weight decay. */
    boolean decays() {
        return !Double.valueOf(0).equals(run.subject().settings().get("training.weightDecay"));
    }

    /** Whether it has grokked; false as well where no step of another run was there to look at. */
    boolean grokked() {
        return value(Procedure.CONTROLLED, "grokked", "run").orElse(0) == 1;
    }

    /** Its own grok step, or that of the run that it is the control of; empty where neither has grokked. */
    OptionalLong reference() {
        List<Measurement> grokked = findings.curve(Procedure.CONTROLLED, "grokked", "run");
        return grokked.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(grokked.getFirst().step());
    }

    /** A finite number of it. */
    OptionalDouble value(Procedure procedure, String quantity, String item) {
        return findings.curve(procedure, quantity, item).stream()
                .mapToDouble(Measurement::value)
                .filter(Double::isFinite)
                .findFirst();
    }

    /** Those of which a quantity was measured. */
    List<String> items(String quantity) {
        return findings.measurements().stream()
                .filter(measurement -> measurement.procedure() == Procedure.CONTROLLED
                        && measurement.quantity().equals(quantity))
                .map(Measurement::item)
                .distinct()
                .toList();
    }

    OptionalDouble value(String quantity, String item) {
        return value(Procedure.CONTROLLED, quantity, item);
    }
}
