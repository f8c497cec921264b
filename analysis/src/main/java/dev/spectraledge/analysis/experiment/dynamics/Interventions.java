package dev.spectraledge.analysis.experiment.dynamics;

import dev.spectraledge.analysis.experiment.Continuation;
import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.Objections;
import dev.spectraledge.analysis.experiment.OpenEndedExperiment;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.phase.PhaseSteps;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.UsageException;
import dev.spectraledge.trainer.config.RunConfig;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Whether grokking comes earlier or later when weights or gradients are pushed out of, or into, the subspace of the training's own
 * way (Lifecycle §4.26, thesis §5.6): trainings that go on side by side from one snapshot, with the optimiser's state and the batches
 * that the run had. Published: one push along the commutator defect (kick), noise outside of the subspace, of modular arithmetic in
 * four sizes each, and pushes that go on (sustained), along the defect and at random; gradients projected onto the subspace with four
 * strengths, or a little now and then (penalty). Controlled: pushes of the same norm in random directions and along the
 * defect in double (the published one is mostly rounding), noise inside of the subspace, and gradients projected onto random
 * subspaces; all against how much trainings differ that nothing was done to but a tiny random push, and by several definitions
 * of grokking, as the published text and figures use different ones. Followed for long enough, each condition's grok step by
 * each definition has its rank among those of {@value #UNAFFECTED} such trainings.
 *
 * <p>Interventions begin in the step after the snapshot, one later than published.
 */
public final class Interventions implements OpenEndedExperiment {
    static final String NAME = "interventions";

    private static final long START = 500;
    /** Published: until step 20,000, which takes many times as long as the run itself. Dyck reaches 95 % within these steps. */
    private static final long SHORT = 500;

    /** Trainings that grok steps are ranked among, where they are followed longer: the least p value is one in ten. */
    static final int UNAFFECTED = 9;

    private final long from;
    private final long until;

    /** From the published step until one at which Dyck has reached 95 %. */
    public Interventions() {
        this(START, START + SHORT);
    }

    private Interventions(long from, long until) {
        this.from = from;
        this.until = until;
    }

    @Override
    public Interventions from(long step) {
        return new Interventions(step, step + SHORT);
    }

    @Override
    public Interventions until(long step) {
        if (step <= from) {
            throw new UsageException(NAME + " begin at step " + from + ", so they cannot end at step " + step);
        }
        return new Interventions(from, step);
    }

    @Override
    public Map<String, Long> settings() {
        return from == START ? Map.of("until", until) : Map.of("from", from, "until", until);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String question() {
        return "Does pushing weights or gradients out of the trajectory's subspace shift grokking more "
                + "than any other push does?";
    }

    @Override
    public boolean dependsOnPhases() {
        return false;
    }

    @Override
    public boolean looksAtPhases() {
        return false;
    }

    /** A run must have kept what a training goes on from. */
    @Override
    public Optional<String> objection(StudiedRun run) {
        return Objections.decay(run)
                .or(() -> Objections.task(run, NAME))
                .or(() -> Objections.optimizerState(run, from))
                .or(() -> Objections.when(run.steps().last() <= from, "needs a run of more than " + from + " steps"));
    }

    @Override
    public boolean trainsOn() {
        return true;
    }

    @Override
    public Findings measure(StudiedRun run, PhaseSteps phases) {
        return measure(run, from, until, until > from + SHORT ? UNAFFECTED : UnaffectedTrainings.COUNT);
    }

    /**
     * Trains on in all conditions.
     *
     * @param start snapshot to go on from
     * @param end last step, or earlier when all have grokked by every definition
     * @param unaffected trainings that nothing is done to but, of all but one, a tiny random push
     */
    Findings measure(StudiedRun run, long start, long end, int unaffected) {
        if (!run.steps().contains(start) || run.optimizerState(start).isEmpty() || end <= start) {
            throw new RunException(run.name() + ": interventions begin at step " + start
                    + ", from a snapshot with the optimiser's state (checkpoints.optimizerState=true saves "
                    + "it), and the run must be longer");
        }
        long every = run.config().evaluation().every();
        long first = start - start % every + every;
        if (end < first) {
            throw new RunException(run.name() + ": interventions are looked at every " + every
                    + " steps (evaluation.every), first at step " + first + ", so they cannot end at step " + end);
        }
        Findings findings = new Findings();
        try (MemoryOwner owner = MemoryOwner.open("interventions")) {
            List<InterventionConditions.Condition> conditions =
                    InterventionConditions.of(run, owner, start, end, unaffected, findings);
            List<RunConfig> configs =
                    Collections.nCopies(conditions.size(), Continuation.changed(run.config(), Map.of()));
            InterventionCurves curves = new InterventionCurves(run, conditions, start, Math.min(end, start + SHORT));
            try (Continuation training = Continuation.carriedOver(
                    run,
                    configs,
                    start,
                    (index, step, parameters, gradient) ->
                            conditions.get(index).action().intervene(index, step, parameters, gradient))) {
                curves.follow(training, end, findings);
            }
            curves.report(findings);
            findings.figure(InterventionsFigure.of(conditions, start, curves.last(), findings));
        }
        return findings;
    }
}
