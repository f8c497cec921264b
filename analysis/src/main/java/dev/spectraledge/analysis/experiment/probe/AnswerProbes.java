package dev.spectraledge.analysis.experiment.probe;

import dev.spectraledge.analysis.experiment.CurveFigure;
import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.HiddenStates;
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

/**
 * Linear and MLP probes of the next action in SCAN, of the last decoder block before the final norms (Lifecycle §4.21).
 * Published: Ridge with α = 1 and an MLP that is stopped by a tenth of the rows, both on the numbers of the actions as if they
 * were quantities, split by tokens. Controlled: how often the right action has the largest of the regressions without penalty,
 * on commands that were not fitted, with answers exchanged between commands of the same length; and how widely the features
 * vary, which decides what a penalty of fixed strength weighs.
 */
final class AnswerProbes {
    private static final int PUBLISHED_SEED = 42;
    private static final double PENALTY = 1;
    private static final double VALIDATION_SHARE = 0.1;

    private AnswerProbes() {}

    /** At the steps of the ablations that the run has. */
    static Findings measure(StudiedRun run, PhaseSteps phases) {
        Findings findings = new Findings();
        String layer = "decoder_" + (run.config().model().layers() - 1);
        NumpyRandom random = NumpyRandom.seeded(PUBLISHED_SEED);
        try (StudiedModel studied = StudiedModel.of(
                run, run.data().test(), run.protocol(DepthProbes.NAME).count(Parameter.SEQUENCES))) {
            for (long step : phases.within(run.steps()).steps(PhaseTable.A)) {
                studied.load(step);
                HiddenStates states = Representations.of(studied, layer);
                published(studied.backend(), findings, step, states, random);
                controlled(findings, step, states);
            }
        }
        findings.remark("as published, actions are regressed as if their indices were quantities; accuracy is "
                + "the controlled measure");
        findings.figure(figure(findings, layer));
        return findings;
    }

    private static void published(
            Backend backend, Findings findings, long step, HiddenStates states, NumpyRandom random) {
        ProbeSplit split = ProbeSplit.ofTokens(random, states.rows());
        double[] labels = Labels.targets(states);
        MlpSettings settings = MlpSettings.published().withValidationShare(VALIDATION_SHARE);
        findings.published(
                "linear-r2", states.layer(), step, RidgeRegression.heldOut(split, states.values(), labels, PENALTY));
        findings.published(
                "mlp-r2",
                states.layer(),
                step,
                MlpRegression.heldOut(backend, split, states.values(), labels, settings));
    }

    private static void controlled(Findings findings, long step, HiddenStates states) {
        ControlledProbe probe = new ControlledProbe(states, InputIdentity.distinct(states));
        probe.accuracy(states.values(), Labels.targets(states)).report(findings, "accuracy", states.layer(), step);
        findings.controlled("feature-deviation", states.layer(), step, Standardisation.meanDeviation(states.values()));
    }

    private static Figure figure(Findings findings, String layer) {
        Axis step = Axis.linear("step");
        return new Figure(
                "actions",
                "How well the next action is read from the output of the last block, as published and controlled",
                2,
                List.of(
                        CurveFigure.plain(findings)
                                .solid(Procedure.PUBLISHED, "linear-r2", layer, "linear", 0)
                                .solid(Procedure.PUBLISHED, "mlp-r2", layer, "MLP", 1)
                                .panel("As published", step, Axis.linear("held-out R²", 0, 1)),
                        CurveFigure.plain(findings)
                                .solid(Procedure.CONTROLLED, "accuracy", layer, "least squares", 0)
                                .dashed(Procedure.CONTROLLED, "accuracy/exchanged", layer, "exchanged labels", 0)
                                .panel("Controlled", step, Axis.linear("held-out accuracy", 0, 1))));
    }
}
