package dev.spectraledge.analysis.experiment.probe;

import dev.spectraledge.analysis.experiment.CurveFigure;
import dev.spectraledge.analysis.experiment.Experiment;
import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.HiddenStates;
import dev.spectraledge.analysis.experiment.Objections;
import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.experiment.Representations;
import dev.spectraledge.analysis.experiment.StudiedModel;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.phase.PhaseSteps;
import dev.spectraledge.analysis.phase.PhaseTable;
import dev.spectraledge.analysis.protocol.Parameter;
import dev.spectraledge.analysis.protocol.Protocol;
import dev.spectraledge.analysis.report.plot.Axis;
import dev.spectraledge.analysis.report.plot.Figure;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Whether depth is composed of the token, its position and the running sum (Lifecycle §4.15). Published: Ridge with α = 1 on
 * one split by tokens for all probes. Four of the eight have nothing to do with a model: they relate inputs to a label that is
 * a function of them, and the running sum is the label itself. Controlled: least squares, split by sequences, exchanged labels,
 * and how much of the depth that token and position leave unexplained the representation explains. Of SCAN see
 * {@link CommandComposition}.
 */
public final class CompositionProbes implements Experiment {
    static final String NAME = "composition";

    private static final int PUBLISHED_SEED = 42;
    private static final double PENALTY = 1;
    private static final String TO_DEPTH = "representation-to-depth";
    private static final String TO_SUM = "representation-to-sum";
    private static final String TO_SIGN = "representation-to-sign";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String question() {
        return "Is the target composed of known parts of the input, and does the representation contain these parts?";
    }

    @Override
    public Optional<String> objection(StudiedRun run) {
        return Objections.task(run, NAME);
    }

    @Override
    public Findings measure(StudiedRun run, PhaseSteps phases) {
        return run.data().test().form().hasSource() ? CommandComposition.measure(run, phases) : ofDepth(run, phases);
    }

    private static Findings ofDepth(StudiedRun run, PhaseSteps phases) {
        Findings findings = new Findings();
        NumpyRandom random = NumpyRandom.seeded(PUBLISHED_SEED);
        Protocol protocol = run.protocol(NAME);
        List<Long> publishedSteps = protocol.steps(Parameter.STEPS);
        NavigableSet<Long> steps = new TreeSet<>(publishedSteps);
        phases.steps(PhaseTable.NEAREST)
                .forEach(step -> steps.add(PhaseSteps.nearest(run.steps(), (double) (long) step)));
        try (StudiedModel studied = StudiedModel.of(run, run.data().test(), protocol.count(Parameter.SEQUENCES))) {
            for (long step : steps) {
                boolean exists = run.steps().contains(step);
                if (exists) {
                    studied.load(step);
                }
                List<HiddenStates> all = Representations.of(studied);
                CompositionFeatures inputs = new CompositionFeatures(
                        all.getFirst(), run.data().test().contextLength());
                if (publishedSteps.contains(step)) {
                    published(findings, step, exists, all, inputs, random);
                }
                if (exists) {
                    controlled(findings, step, all, inputs);
                }
            }
        }
        findings.remark("identity: the running sum is the depth, so sum-to-depth = 1 and representation-to-sum ="
                + " representation-to-depth for every model");
        findings.remark("identity: the cross terms of token and running sum add up to the running sum, so"
                + " cross-terms-to-depth = 1 for every model");
        findings.remark("token-to-depth, position-to-depth and token-position-to-depth depend on the inputs "
                + "alone; their values change with the split, not with the model");
        findings.figure(figure(findings));
        return findings;
    }

    private static void published(
            Findings findings,
            long step,
            boolean exists,
            List<HiddenStates> all,
            CompositionFeatures inputs,
            NumpyRandom random) {
        for (HiddenStates states : all) {
            if (states.layer().startsWith("layer_")) {
                // Drawn for a missing snapshot as well, so that those after it get the splits that they had.
                ProbeSplit split = ProbeSplit.ofTokens(random, states.rows());
                if (exists) {
                    publish(findings, step, states, inputs, split);
                }
            }
        }
    }

    private static void publish(
            Findings findings, long step, HiddenStates states, CompositionFeatures inputs, ProbeSplit split) {
        double[] depth = Labels.targets(states);
        Probe probe = (name, features, labels) -> findings.published(
                name, states.layer(), step, RidgeRegression.heldOut(split, features, labels, PENALTY));
        probe.report(TO_DEPTH, states.values(), depth);
        probe.report("token-to-depth", inputs.token(), depth);
        probe.report("position-to-depth", inputs.position(), depth);
        probe.report("sum-to-depth", inputs.balance(), depth);
        probe.report("token-position-to-depth", inputs.tokenAndPosition(), depth);
        probe.report("cross-terms-to-depth", inputs.withCrossTerms(), depth);
        probe.report(TO_SUM, states.values(), inputs.balanceLabels());
        probe.report(TO_SIGN, states.values(), inputs.sign());
    }

    /** One held-out R² under a name. */
    private interface Probe {
        void report(String name, double[][] features, double[] labels);
    }

    private static void controlled(Findings findings, long step, List<HiddenStates> all, CompositionFeatures inputs) {
        ControlledProbe probe = new ControlledProbe(all.getFirst(), InputIdentity.ofPrefixes(all.getFirst()));
        double[] depth = Labels.targets(all.getFirst());
        double[][] known = inputs.tokenAndPosition();
        double withoutModel = probe.leastSquares(known, depth);
        findings.controlled("token-position-to-depth", "inputs", step, withoutModel);
        for (HiddenStates states : all.subList(1, all.size())) {
            ControlledProbe.Linear toDepth = probe.linear(states.values(), depth);
            findings.controlled(TO_DEPTH, states.layer(), step, toDepth.r2());
            findings.controlled(
                    TO_DEPTH + "/exchanged",
                    states.layer(),
                    step,
                    toDepth.firstSplit().exchanged().upper());
            ControlledProbe.Linear toSign = probe.linear(states.values(), inputs.sign());
            findings.controlled(TO_SIGN, states.layer(), step, toSign.r2());
            findings.controlled(
                    TO_SIGN + "/exchanged",
                    states.layer(),
                    step,
                    toSign.firstSplit().exchanged().upper());
            double together = probe.leastSquares(CompositionFeatures.joined(states.values(), known), depth);
            findings.controlled("beyond-token-position", states.layer(), step, 1 - (1 - together) / (1 - withoutModel));
        }
    }

    private static Figure figure(Findings findings) {
        Axis step = Axis.linear("step");
        Axis share = Axis.linear("held-out R²", 0, 1);
        CurveFigure inputs = CurveFigure.plain(findings);
        List<String> names = List.of("token", "position", "token-position", "sum", "cross-terms");
        for (int colour = 0; colour < names.size(); colour++) {
            String name = names.get(colour);
            inputs.solid(Procedure.PUBLISHED, name + "-to-depth", "layer_1", name, colour);
        }
        return new Figure(
                "parts",
                "What depth is composed of, as published and controlled",
                3,
                List.of(
                        inputs.panel("Inputs → depth: no model in it", step, share),
                        representation(findings, Procedure.PUBLISHED).panel("Layer 1, as published", step, share),
                        representation(findings, Procedure.CONTROLLED).panel("Layer 1, controlled", step, share)));
    }

    private static CurveFigure representation(Findings findings, Procedure procedure) {
        return CurveFigure.plain(findings)
                .solid(procedure, TO_DEPTH, "layer_1", "to depth", 0)
                .solid(procedure, TO_SIGN, "layer_1", "to the bracket", 1);
    }
}
