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
import dev.spectraledge.analysis.report.plot.Axis;
import dev.spectraledge.analysis.report.plot.Figure;
import dev.spectraledge.kernels.Backend;
import java.util.List;
import java.util.Optional;

/**
 * Linear, quadratic and MLP probes of depth (Lifecycle §4.8). Published: Ridge with α = 1, or 10 on all pairwise products, on
 * the residual stream as it is, and a split by tokens; also on single projections on the right singular vectors of layer 1's
 * W_Q. Controlled: least squares, which no scale of the features changes, standardised features for the others, a split by
 * sequences without inputs that were fitted, exchanged labels, and the states after the final norm.
 * Where targets are classes see {@link AnswerProbes}.
 */
public final class DepthProbes implements Experiment {
    static final String NAME = "probes";

    private static final int PUBLISHED_SEED = 42;
    private static final double LINEAR_PENALTY = 1;
    private static final double QUADRATIC_PENALTY = 10;
    private static final int DIRECTIONS = 4;
    private static final List<String> PROBES = List.of("linear", "quadratic", "mlp");

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String question() {
        return "Can the target be read from the representation linearly, or does it take a nonlinear probe?";
    }

    @Override
    public Optional<String> objection(StudiedRun run) {
        return Objections.task(run, NAME);
    }

    @Override
    public Findings measure(StudiedRun run, PhaseSteps phases) {
        return run.protocol(NAME).hasQuantitativeTarget() ? ofDepth(run, phases) : AnswerProbes.measure(run, phases);
    }

    private static Findings ofDepth(StudiedRun run, PhaseSteps phases) {
        Findings findings = new Findings();
        NumpyRandom random = NumpyRandom.seeded(PUBLISHED_SEED);
        try (StudiedModel studied =
                StudiedModel.of(run, run.data().test(), run.protocol(NAME).count(Parameter.SEQUENCES))) {
            for (long wanted : phases.steps(PhaseTable.NEAREST)) {
                long step = PhaseSteps.nearest(run.steps(), (double) wanted);
                studied.load(step);
                List<HiddenStates> states = Representations.of(studied);
                published(findings, step, states, studied, random);
                controlled(studied.backend(), findings, step, states);
            }
            ReplicatedProbes.measure(studied, phases, findings);
        }
        findings.remark("feature-deviation is the standard deviation over the tokens, averaged over the "
                + "features; the smaller it is, the more a ridge penalty of fixed strength weighs");
        findings.figure(figure(findings));
        return findings;
    }

    private static void published(
            Findings findings, long step, List<HiddenStates> all, StudiedModel studied, NumpyRandom random) {
        List<HiddenStates> blocks = blocks(all);
        QueryProjection projection = QueryProjection.of(studied.parameters(), blocks.size() - 1, DIRECTIONS);
        for (int layer = 0; layer < blocks.size(); layer++) {
            HiddenStates states = blocks.get(layer);
            ProbeSplit split = ProbeSplit.ofTokens(random, states.rows());
            double[] labels = Labels.targets(states);
            publish(studied.backend(), findings, step, states.layer(), states.values(), labels, split);
            // The projections of the last block's output take its split.
            for (int index = 0; index < DIRECTIONS && layer == blocks.size() - 1; index++) {
                double[][] component = projection.project(states.values(), index);
                publish(studied.backend(), findings, step, "query_v" + (index + 1), component, labels, split);
            }
        }
    }

    /** Outputs of the blocks, before the final norm. */
    private static List<HiddenStates> blocks(List<HiddenStates> all) {
        return all.stream()
                .filter(states -> states.layer().startsWith("layer_"))
                .toList();
    }

    private static void publish(
            Backend backend,
            Findings findings,
            long step,
            String item,
            double[][] features,
            double[] labels,
            ProbeSplit split) {
        findings.published("linear-r2", item, step, RidgeRegression.heldOut(split, features, labels, LINEAR_PENALTY));
        findings.published(
                "quadratic-r2",
                item,
                step,
                QuadraticRegression.heldOut(backend, split, features, labels, QUADRATIC_PENALTY));
        findings.published(
                "mlp-r2", item, step, MlpRegression.heldOut(backend, split, features, labels, MlpSettings.published()));
    }

    private static void controlled(Backend backend, Findings findings, long step, List<HiddenStates> all) {
        int[] inputs = InputIdentity.ofPrefixes(all.getFirst());
        ControlledProbe probe = new ControlledProbe(all.getFirst(), inputs);
        ProbeSplit byToken = ProbeSplit.ofTokens(
                NumpyRandom.seeded(PUBLISHED_SEED), all.getFirst().rows());
        for (HiddenStates states : all.subList(1, all.size())) {
            String item = states.layer();
            double[][] features = states.values();
            double[] labels = Labels.targets(states);
            findings.controlled("feature-deviation", item, step, Standardisation.meanDeviation(features));
            findings.controlled(
                    "ridge-r2/by-token",
                    item,
                    step,
                    RidgeRegression.heldOut(byToken, features, labels, LINEAR_PENALTY));
            findings.controlled(
                    "linear-r2/by-token", item, step, RidgeRegression.heldOut(byToken, features, labels, 0));
            probe.linear(features, labels).report(findings, item, step);
            findings.controlled("quadratic-r2", item, step, probe.quadratic(backend, features, labels));
            findings.controlled("mlp-r2", item, step, probe.mlp(backend, features, labels));
        }
    }

    private static Figure figure(Findings findings) {
        Axis step = Axis.log("step");
        Axis share = Axis.linear("held-out R²", 0, 1);
        CurveFigure published = CurveFigure.plain(findings);
        CurveFigure controlled = CurveFigure.plain(findings);
        CurveFigure deviations = CurveFigure.plain(findings);
        for (int colour = 0; colour < PROBES.size(); colour++) {
            String probe = PROBES.get(colour);
            published.solid(Procedure.PUBLISHED, probe + "-r2", "layer_1", probe, colour);
            controlled.solid(Procedure.CONTROLLED, probe + "-r2", "layer_1", probe, colour);
        }
        controlled.dashed(Procedure.CONTROLLED, "linear-r2/exchanged", "layer_1", "exchanged labels", 3);
        for (int layer = 0; layer < 2; layer++) {
            String item = "layer_" + layer;
            deviations.solid(Procedure.CONTROLLED, "feature-deviation", item, item, layer);
        }
        CurveFigure directions = CurveFigure.plain(findings);
        for (int index = 0; index < DIRECTIONS; index++) {
            String item = "query_v" + (index + 1);
            directions.solid(Procedure.PUBLISHED, "linear-r2", item, "v" + (index + 1), index);
            directions.dashed(Procedure.PUBLISHED, "mlp-r2", item, "v" + (index + 1) + ", MLP", index);
        }
        return new Figure(
                "depth",
                "How well depth is read from the output of the last block, as published and controlled",
                2,
                List.of(
                        published.panel("Layer 1, as published", step, share),
                        controlled.panel("Layer 1, controlled", step, share),
                        deviations.panel("Spread of the features", step, Axis.log("standard deviation")),
                        directions.panel("Projections on W_Q, as published", step, share)));
    }
}
