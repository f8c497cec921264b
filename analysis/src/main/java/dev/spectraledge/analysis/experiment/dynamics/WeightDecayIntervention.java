package dev.spectraledge.analysis.experiment.dynamics;

import dev.spectraledge.analysis.experiment.Continuation;
import dev.spectraledge.analysis.experiment.CurveFigure;
import dev.spectraledge.analysis.experiment.Experiment;
import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.Objections;
import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.phase.Phase;
import dev.spectraledge.analysis.phase.PhaseSteps;
import dev.spectraledge.analysis.phase.PhaseTable;
import dev.spectraledge.analysis.protocol.Parameter;
import dev.spectraledge.analysis.report.plot.Axis;
import dev.spectraledge.analysis.report.plot.Figure;
import dev.spectraledge.analysis.report.plot.Line;
import dev.spectraledge.analysis.report.plot.Panel;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.config.RunConfig;
import dev.spectraledge.trainer.step.Evaluation;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Goes on from before and after grokking with other strengths of weight decay (Lifecycle §4.9). Published: the optimiser
 * begins anew, depth is read by a ridge regression on features as they are, and ‖θ‖ is that of all parameters. Controlled:
 * least squares, which no scale of the features changes; the MLP, whose values were asserted; ‖θ‖ without rows that never
 * receive a gradient; and the optimiser's state carried over from the later start, where the run kept it.
 */
public final class WeightDecayIntervention implements Experiment {
    private static final List<Double> STRENGTHS = List.of(1.0, 0.0, 0.5, 2.0);
    private static final long STEPS = 3000;
    private static final long EVERY = 200;
    /** The control with the optimiser's state is looked at less often. */
    private static final long SELDOM = 1000;

    private static final String NAME = "weight-decay-intervention";
    private static final String CARRIED = "carried/";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String question() {
        return "What happens to a grokked representation when weight decay is made stronger, made weaker or removed?";
    }

    /** Each start costs as much as a whole run: one set of them is enough. */
    @Override
    public boolean dependsOnPhases() {
        return false;
    }

    @Override
    public Optional<String> objection(StudiedRun run) {
        return Objections.task(run, NAME).or(() -> Objections.decay(run));
    }

    @Override
    public boolean trainsOn() {
        return true;
    }

    @Override
    public Findings measure(StudiedRun run, PhaseSteps phases) {
        return measure(run, phases, STEPS);
    }

    /** @param steps of each training */
    Findings measure(StudiedRun run, PhaseSteps phases, long steps) {
        Findings findings = new Findings();
        List<RunConfig> configs = STRENGTHS.stream()
                .map(strength -> Continuation.changed(run.config(), change(strength)))
                .toList();
        try (RepresentationDiagnostics diagnostics = new RepresentationDiagnostics(run, run.protocol(NAME))) {
            Set<Long> starts = starts(run, phases);
            long latest = Collections.max(starts);
            for (long start : starts) {
                try (Continuation fresh = Continuation.fresh(run, configs, start)) {
                    published(fresh, start, steps, diagnostics, findings);
                }
                findings.figure(figure(start, findings));
            }
            if (run.optimizerState(latest).isPresent()) {
                try (Continuation carried = Continuation.carriedOver(run, configs, latest)) {
                    carriedOver(carried, latest, steps, diagnostics, findings);
                }
            } else {
                findings.remark("the run saved no optimiser state at step " + latest
                        + ", so the control that carries it over is missing");
            }
        }
        return findings;
    }

    private static Map<String, Object> change(double strength) {
        Map<String, Object> change = new LinkedHashMap<>();
        change.put("weightDecay", strength);
        change.put("weightDecayChange", null);
        change.put("finalWeightDecay", null);
        change.put("weightDecayRamp", 0L);
        return change;
    }

    /** The published steps, the phases before and after grokking, or those that somebody named. */
    private static Set<Long> starts(StudiedRun run, PhaseSteps phases) {
        List<Long> published = run.protocol(NAME).steps(Parameter.STEPS);
        Set<Long> starts = new LinkedHashSet<>();
        if (phases.origin().equals(PhaseSteps.PUBLISHED)) {
            starts.addAll(published);
        } else {
            starts.addAll(phases.given());
            Map<Phase, Long> found = phases.of(PhaseTable.NEAREST);
            Stream.of(Phase.PRE_GROK, Phase.POST_GROK)
                    .filter(found::containsKey)
                    .map(found::get)
                    .forEach(starts::add);
        }
        starts.retainAll(run.steps());
        if (starts.isEmpty()) {
            throw new RunException(run.name() + ": has no snapshot to start from; the published ones are steps "
                    + published.stream().map(String::valueOf).collect(Collectors.joining(" and "))
                    + ", otherwise the phases before and after grokking (--phases detected),"
                    + " or steps that you name (--phases STEP,STEP,…)");
        }
        return starts;
    }

    static String item(long start, double strength) {
        return "from-" + start + "/decay=" + strength;
    }

    private static void published(
            Continuation training, long start, long steps, RepresentationDiagnostics diagnostics, Findings findings) {
        for (long done = 0; done <= steps; done += EVERY) {
            training.advanceTo(done);
            Evaluation[] test = training.evaluateTest();
            for (int index = 0; index < STRENGTHS.size(); index++) {
                String item = item(start, STRENGTHS.get(index));
                long step = start + done;
                RepresentationDiagnostics.Value value = diagnostics.measure(training.weights(index));
                findings.published("test-accuracy", item, step, test[index].accuracy());
                findings.published("test-loss", item, step, test[index].loss());
                findings.published("linear-r2", item, step, value.ridge());
                findings.published("entropy", item, step, value.entropy());
                findings.published("top-3", item, step, value.positions().topThree());
                findings.published(
                        "dominant-frequency", item, step, value.positions().dominant());
                findings.published("parameter-norm", item, step, value.norm());
                findings.controlled("linear-r2/by-token", item, step, value.leastSquares());
                findings.controlled("feature-deviation", item, step, value.featureDeviation());
                findings.controlled("parameter-norm", item, step, value.liveNorm());
                findings.controlled("parameter-norm", item + "/dead-rows", step, value.deadNorm());
                if (done == 0 || done + EVERY > steps) {
                    findings.controlled("mlp-r2", item, step, diagnostics.mlp(training.weights(index)));
                }
            }
        }
    }

    private static void carriedOver(
            Continuation training, long start, long steps, RepresentationDiagnostics diagnostics, Findings findings) {
        for (long done = 0; done <= steps; done += SELDOM) {
            training.advanceTo(done);
            Evaluation[] test = training.evaluateTest();
            for (int index = 0; index < STRENGTHS.size(); index++) {
                String item = CARRIED + item(start, STRENGTHS.get(index));
                RepresentationDiagnostics.Value value = diagnostics.measure(training.weights(index));
                findings.controlled("test-accuracy", item, start + done, test[index].accuracy());
                findings.controlled("ridge-r2/by-token", item, start + done, value.ridge());
                findings.controlled("linear-r2/by-token", item, start + done, value.leastSquares());
                findings.controlled("entropy", item, start + done, value.entropy());
                findings.controlled("parameter-norm", item, start + done, value.liveNorm());
                findings.controlled("feature-deviation", item, start + done, value.featureDeviation());
            }
        }
    }

    private static Figure figure(long start, Findings findings) {
        return new Figure(
                "from-" + start,
                "Accuracy, reading of depth, entropy and norms with four strengths of weight decay from step " + start,
                3,
                List.of(
                        panel("Test accuracy", "accuracy", Procedure.PUBLISHED, "test-accuracy", start, findings),
                        panel(
                                "Depth by ridge, as published",
                                "held-out R²",
                                Procedure.PUBLISHED,
                                "linear-r2",
                                start,
                                findings),
                        panel(
                                "Depth by least squares",
                                "held-out R²",
                                Procedure.CONTROLLED,
                                "linear-r2/by-token",
                                start,
                                findings),
                        panel("Entropy of attention", "nats", Procedure.PUBLISHED, "entropy", start, findings),
                        panel(
                                "Three strongest frequencies along the positions",
                                "share",
                                Procedure.PUBLISHED,
                                "top-3",
                                start,
                                findings),
                        panel(
                                "Strongest frequency along the positions",
                                "ω*",
                                Procedure.PUBLISHED,
                                "dominant-frequency",
                                start,
                                findings),
                        panel(
                                "‖θ‖ of what is trained",
                                "norm",
                                Procedure.CONTROLLED,
                                "parameter-norm",
                                start,
                                findings),
                        logarithmic("Scale of the features", "feature-deviation", start, findings)));
    }

    private static Panel panel(
            String title, String axis, Procedure procedure, String quantity, long start, Findings findings) {
        return panel(title, Axis.linear(axis), procedure, quantity, start, findings);
    }

    private static Panel logarithmic(String title, String quantity, long start, Findings findings) {
        return panel(title, Axis.log("standard deviation"), Procedure.CONTROLLED, quantity, start, findings);
    }

    private static Panel panel(
            String title, Axis axis, Procedure procedure, String quantity, long start, Findings findings) {
        CurveFigure curves = CurveFigure.plain(findings);
        Line.Stroke stroke = procedure == Procedure.PUBLISHED ? Line.Stroke.SOLID : Line.Stroke.DASHED;
        for (int index = 0; index < STRENGTHS.size(); index++) {
            double strength = STRENGTHS.get(index);
            curves.overSteps(procedure, quantity, item(start, strength), "ω = " + strength, index, stroke);
        }
        return curves.panel(title, Axis.linear("step"), axis);
    }
}
