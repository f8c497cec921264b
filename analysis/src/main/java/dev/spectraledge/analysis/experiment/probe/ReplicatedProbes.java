package dev.spectraledge.analysis.experiment.probe;

import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.HiddenStates;
import dev.spectraledge.analysis.experiment.Representations;
import dev.spectraledge.analysis.experiment.StudiedModel;
import dev.spectraledge.analysis.phase.Phase;
import dev.spectraledge.analysis.phase.PhaseSteps;
import dev.spectraledge.analysis.phase.PhaseTable;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * The probes of depth that the paper repeats over seeds (Lifecycle §4.20): of the last block's output, at the grok and late
 * steps of the table of ablations. Ridge is that of {@link DepthProbes}; the MLP is stopped by a tenth of the rows, as
 * scikit-learn has it. Which tokens were held out is not published: one split per phase. Controlled: least squares and
 * standardised features, on whole sequences that were not fitted.
 */
final class ReplicatedProbes {
    private static final double PENALTY = 1;
    private static final double VALIDATION_SHARE = 0.1;
    private static final int SEED = 42;
    private static final List<Phase> PHASES = List.of(Phase.AT_GROK, Phase.LATE);
    private static final String LINEAR = "linear-r2/replicated";
    private static final String MLP = "mlp-r2/replicated";

    private ReplicatedProbes() {}

    /** Measures where the run has a snapshot of exactly that step; the model's weights change. */
    static void measure(StudiedModel studied, PhaseSteps phases, Findings findings) {
        NumpyRandom random = NumpyRandom.seeded(SEED);
        Set<Long> steps = new LinkedHashSet<>(phases.given());
        PHASES.stream()
                .map(phases.of(PhaseTable.A)::get)
                .filter(Objects::nonNull)
                .forEach(steps::add);
        steps.retainAll(studied.run().steps());
        steps.forEach(step -> measure(studied, step, random, findings));
    }

    private static void measure(StudiedModel studied, long step, NumpyRandom random, Findings findings) {
        studied.load(step);
        HiddenStates last = last(Representations.of(studied));
        double[] labels = Labels.targets(last);
        ProbeSplit split = ProbeSplit.ofTokens(random, last.rows());
        MlpSettings settings = MlpSettings.published().withValidationShare(VALIDATION_SHARE);
        findings.published(LINEAR, last.layer(), step, RidgeRegression.heldOut(split, last.values(), labels, PENALTY));
        findings.published(
                MLP,
                last.layer(),
                step,
                MlpRegression.heldOut(studied.backend(), split, last.values(), labels, settings));
        ControlledProbe probe = new ControlledProbe(last, InputIdentity.ofPrefixes(last));
        findings.controlled(LINEAR, last.layer(), step, probe.leastSquares(last.values(), labels));
        findings.controlled(MLP, last.layer(), step, probe.mlp(studied.backend(), last.values(), labels));
    }

    /** Of the outputs of the blocks, before the final norm. */
    private static HiddenStates last(List<HiddenStates> all) {
        return all.stream()
                .filter(states -> states.layer().startsWith("layer_"))
                .reduce((first, second) -> second)
                .orElseThrow();
    }
}
