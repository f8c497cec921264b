package dev.spectraledge.analysis.experiment;

import java.util.List;
import java.util.Optional;

/** Reasons why an experiment does not suit a run, each with what a run would need to have. */
public final class Objections {
    /** What keeps the state that a training goes on from. */
    public static final String OPTIMIZER_STATE = "checkpoints.optimizerState=true";

    private Objections() {}

    /** Why a run cannot be asked by an experiment, be it that it has no weights to look at. */
    public static Optional<String> of(Experiment experiment, StudiedRun run) {
        return (experiment.looksAtTablesAlone() ? Optional.<String>empty() : weights(run))
                .or(() -> experiment.trainsOn() ? confinement(run) : Optional.empty())
                .or(() -> experiment.objection(run));
    }

    /** Of a run whose gradient is confined, for what trains on from it: that does not confine it. */
    static Optional<String> confinement(StudiedRun run) {
        return when(
                run.config().training().attentionGradientRank() != null,
                "trains on, and not as this run was trained, with a confined gradient"
                        + " (training.attentionGradientRank)");
    }

    /** Of what has tables alone, and of a training that changes for good. */
    public static Optional<String> weights(StudiedRun run) {
        if (run.isAnalysis()) {
            return Optional.of("needs weights, which an analysis of checkpoints does not keep; name the run itself");
        }
        return run.config()
                .shift()
                .map(shift -> "needs a training that does not change for good, and this one changes after step "
                        + shift.after() + " (training.shiftAfter)");
    }

    /** Of any task but those that the protocol has the experiment for. */
    public static Optional<String> task(StudiedRun run, String experiment) {
        List<String> tasks = run.protocol(experiment).tasks();
        return when(
                !tasks.isEmpty() && !tasks.contains(run.task()),
                "is about " + String.join(" and ", tasks) + ", not " + run.task());
    }

    /** Of a run or an analysis that knows no test losses. */
    public static Optional<String> losses(StudiedRun run) {
        return when(
                !run.records("test_loss"),
                "needs a metrics.csv with test losses, which a run has with evaluation.every and an analysis with"
                        + " --metrics FILE");
    }

    /** Of a run without weight decay. */
    public static Optional<String> decay(StudiedRun run) {
        return when(run.weightDecay() == 0, "needs a run with weight decay");
    }

    /** Of a run whose decay part of θ_A does not follow from θ_A. */
    public static Optional<String> attentionDecay(StudiedRun run) {
        return when(
                !run.decaysAttentionAlike(),
                "needs weight decay on all attention matrices or on none, not on those that "
                        + "training.decayed="
                        + run.config().training().decayed() + " chooses");
    }

    /** Of a run that did not keep the optimiser's state at a step. */
    public static Optional<String> optimizerState(StudiedRun run, long step) {
        return when(
                run.optimizerState(step).isEmpty(),
                "goes on training from step " + step
                        + ", and the run saved no snapshot of that step with the optimiser state (" + OPTIMIZER_STATE
                        + " and " + Cadences.settings(run) + " keep it)");
    }

    /** Of a run that did not keep the optimiser's state anywhere. */
    public static Optional<String> optimizerState(StudiedRun run) {
        return when(
                run.steps().stream().noneMatch(step -> run.optimizerState(step).isPresent()),
                "needs snapshots with the optimiser state (" + OPTIMIZER_STATE + " keeps it)");
    }

    /** The reason where the condition holds. */
    public static Optional<String> when(boolean condition, String reason) {
        return condition ? Optional.of(reason) : Optional.empty();
    }
}
