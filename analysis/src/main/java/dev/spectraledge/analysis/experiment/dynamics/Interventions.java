package dev.spectraledge.analysis.experiment.dynamics;

import dev.spectraledge.analysis.experiment.Continuation;
import dev.spectraledge.analysis.experiment.Experiment;
import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.PhaseSteps;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.cpu.CpuBackend;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.config.RunConfig;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * Whether grokking comes earlier or later when weights or gradients are pushed out of, or into, the subspace of the training's own
 * way (Lifecycle §4.26): trainings that go on side by side from one snapshot, with the optimiser's state and the batches that the
 * run had. Published: one push along the commutator defect (kick), noise outside of the subspace, gradients projected onto it
 * with four strengths, or a little now and then (penalty). Controlled: pushes of the same norm in random directions and along the
 * defect in double (the published one is mostly rounding), noise inside of the subspace, and gradients projected onto random
 * subspaces; all against how much trainings differ that nothing was done to but a tiny random push, and by several definitions
 * of grokking, as the published text and figures use different ones.
 *
 * <p>Interventions begin in the step after the snapshot, one later than published.
 */
public final class Interventions implements Experiment {
    static final String NAME = "interventions";

    private static final long START = 500;
    /** Published: 20,000, which would take fourteen times as long as the run itself. Dyck has reached 95 % by then. */
    private static final long LAST = 1000;

    private final Backend backend = new CpuBackend();

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String question() {
        return "Does pushing weights or gradients out of the trajectory's subspace move grokking, more than any push?";
    }

    @Override
    public boolean dependsOnPhases() {
        return false;
    }

    /** Not for SCAN, where a step of all conditions takes a minute; and a run must have kept what a training goes on from. */
    @Override
    public boolean suits(StudiedRun run) {
        return run.weightDecay() > 0
                && !run.task().equals("scan")
                && run.optimizerState(START).isPresent()
                && run.steps().last() > START;
    }

    @Override
    public Findings measure(StudiedRun run, PhaseSteps phases) {
        return measure(run, START, Math.min(LAST, run.steps().last()));
    }

    /**
     * Trains on in all conditions.
     *
     * @param start snapshot to go on from
     * @param end last step
     */
    Findings measure(StudiedRun run, long start, long end) {
        if (!run.steps().contains(start) || run.optimizerState(start).isEmpty() || end <= start) {
            throw new RunException(run.name() + ": interventions begin at step " + start + ", from a snapshot with the"
                    + " optimiser's state (checkpoints.optimizerState=true keeps it), and the run must be longer");
        }
        Findings findings = new Findings();
        try (MemoryOwner owner = MemoryOwner.open("interventions")) {
            List<InterventionConditions.Condition> conditions =
                    InterventionConditions.of(run, backend, owner, start, end, findings);
            List<RunConfig> configs =
                    Collections.nCopies(conditions.size(), Continuation.changed(run.config(), Map.of()));
            InterventionCurves curves = new InterventionCurves(run, conditions, start);
            try (Continuation training = Continuation.carriedOver(
                    run,
                    configs,
                    start,
                    (index, step, parameters, gradient) ->
                            conditions.get(index).action().intervene(index, step, parameters, gradient))) {
                curves.follow(training, end, findings);
            }
            curves.report(findings);
            findings.figure(InterventionsFigure.of(conditions, start, end, findings));
        }
        return findings;
    }
}
