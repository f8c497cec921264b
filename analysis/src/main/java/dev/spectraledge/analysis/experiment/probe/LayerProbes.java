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
import dev.spectraledge.trainer.data.ExampleForm;
import dev.spectraledge.trainer.task.scan.ScanTokens;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * How well the target can be read from every layer over the whole training (Lifecycle §4.14). Of Dyck: depth. Of SCAN: from
 * the encoder's rows the answer's first token, from the decoder's their own targets, as published by a regression on the
 * tokens' numbers. Published: Ridge with α = 1, split by tokens. Controlled: least squares, split by sequences, exchanged
 * labels, and for SCAN, whose tokens are no quantities, how often the right token has the largest of the regressions on each.
 */
public final class LayerProbes implements Experiment {
    private static final int PUBLISHED_SEED = 42;
    private static final double PENALTY = 1;

    @Override
    public String name() {
        return "layer-probes";
    }

    @Override
    public String question() {
        return "From which layers can the target be read, and how does that change in training?";
    }

    @Override
    public Optional<String> objection(StudiedRun run) {
        return Objections.task(run, name());
    }

    @Override
    public Findings measure(StudiedRun run, PhaseSteps phases) {
        Findings findings = new Findings();
        Protocol protocol = run.protocol(name());
        boolean quantities = protocol.hasQuantitativeTarget();
        ExampleForm form = run.data().test().form();
        List<Long> publishedSteps = protocol.steps(Parameter.STEPS);
        NavigableSet<Long> controls = new TreeSet<>(protocol.steps(Parameter.CONTROL_STEPS));
        phases.steps(PhaseTable.NEAREST)
                .forEach(step -> controls.add(PhaseSteps.nearest(run.steps(), (double) (long) step)));
        // Published steps take their splits whether there is a snapshot or not.
        NavigableSet<Long> steps = new TreeSet<>(publishedSteps);
        steps.addAll(controls);
        NumpyRandom random = NumpyRandom.seeded(PUBLISHED_SEED);
        List<String> layers = List.of();
        try (StudiedModel studied = StudiedModel.of(run, run.data().test(), protocol.count(Parameter.SEQUENCES))) {
            for (long step : steps) {
                boolean exists = run.steps().contains(step);
                if (exists) {
                    studied.load(step);
                }
                List<HiddenStates> states = Representations.of(studied).stream()
                        .map(form.hasSource() ? LayerProbes::withoutPadding : UnaryOperator.identity())
                        .toList();
                layers = states.stream().map(HiddenStates::layer).toList();
                if (publishedSteps.contains(step)) {
                    published(findings, step, exists, states, random);
                }
                if (exists && controls.contains(step)) {
                    controlled(findings, step, states, form, quantities);
                }
            }
        }
        if (!quantities) {
            findings.remark("as published, tokens are regressed as if their indices were quantities; accuracy is the "
                    + "controlled measure");
        }
        findings.figure(figure(findings, layers));
        return findings;
    }

    /** An encoder has rows for the padding too; the published probes have valid positions alone (Lifecycle §4.0). */
    private static HiddenStates withoutPadding(HiddenStates states) {
        return states.where(row -> states.token()[row] != ScanTokens.PADDING);
    }

    private static boolean isPublished(HiddenStates states) {
        return states.layer().equals("embedding") || states.layer().matches("(layer|encoder|decoder)_[0-9]+");
    }

    private static void published(
            Findings findings, long step, boolean exists, List<HiddenStates> all, NumpyRandom random) {
        for (HiddenStates states : all.stream().filter(LayerProbes::isPublished).toList()) {
            ProbeSplit split = ProbeSplit.ofTokens(random, states.rows());
            if (exists) {
                double[] labels = Labels.targets(states);
                LinearModel model = RidgeRegression.of(split.train(states.values()), PENALTY)
                        .fit(split.train(labels));
                double[] predictions = model.predict(split.test(states.values()));
                double[] expected = split.test(labels);
                findings.published("linear-r2", states.layer(), step, Determination.coefficient(expected, predictions));
                findings.published("accuracy", states.layer(), step, accuracy(expected, predictions));
                findings.published("weight-norm", states.layer(), step, model.norm());
            }
        }
    }

    /** How often the nearest label of those that there are is the right one. */
    private static double accuracy(double[] expected, double[] predictions) {
        double largest = 12;
        int right = 0;
        for (int row = 0; row < expected.length; row++) {
            right += Math.rint(Math.clamp(predictions[row], 0, largest)) == expected[row] ? 1 : 0;
        }
        return (double) right / expected.length;
    }

    private static void controlled(
            Findings findings, long step, List<HiddenStates> all, ExampleForm form, boolean quantities) {
        for (HiddenStates states : all) {
            ControlledProbe probe = new ControlledProbe(states, InputIdentity.of(states, form));
            double[] labels = Labels.targets(states);
            if (quantities) {
                probe.linear(states.values(), labels).report(findings, states.layer(), step);
            } else {
                probe.accuracy(states.values(), labels).report(findings, "accuracy", states.layer(), step);
            }
        }
    }

    private static Figure figure(Findings findings, List<String> layers) {
        CurveFigure published = CurveFigure.plain(findings);
        CurveFigure controlled = CurveFigure.plain(findings);
        boolean quantities = !findings.curve(Procedure.CONTROLLED, "linear-r2", layers.getLast())
                .isEmpty();
        String quantity = quantities ? "linear-r2" : "accuracy";
        for (int colour = 0; colour < layers.size(); colour++) {
            String layer = layers.get(colour);
            published.solid(Procedure.PUBLISHED, "linear-r2", layer, layer, colour);
            controlled.solid(Procedure.CONTROLLED, quantity, layer, layer, colour);
        }
        controlled.dashed(
                Procedure.CONTROLLED,
                quantity + "/exchanged",
                layers.getLast(),
                "exchanged labels, " + layers.getLast(),
                layers.size());
        return new Figure(
                "layers",
                "How well the target is read from each layer, as published and controlled",
                2,
                List.of(
                        published.panel("As published", Axis.linear("step"), Axis.linear("held-out R²")),
                        controlled.panel(
                                "Controlled",
                                Axis.linear("step"),
                                Axis.linear(quantities ? "held-out R²" : "held-out accuracy", 0, 1))));
    }
}
