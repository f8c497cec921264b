package dev.spectraledge.analysis.experiment.causal;

import dev.spectraledge.analysis.experiment.Experiment;
import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.Objections;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.TrainingReplay;
import dev.spectraledge.analysis.phase.PhaseSteps;
import dev.spectraledge.analysis.phase.PhaseTable;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Whether the edges of updates and of gradients are the directions that matter (thesis §7, the author's N1 and N2). Published: how
 * much more a model's outputs answer to a move along an edge than along a random direction; trainings whose gradient of θ_A is
 * confined to the first three directions of its last twenty gradients, to three random ones, or kept out of the edge. Controlled: the
 * rank of each response among random ones, with the window's last direction beside the first; each condition with three seeds of
 * batches, ranked among trainings that nothing is done to but for other batches; random directions with the gradient's length; θ_A
 * without any gradient, as three random directions have nearly none; and the edge against random directions.
 */
public final class EdgeTraining implements Experiment {
    static final String NAME = "edge-training";

    /** Trainings begin at 0, or so many steps before the grok step: where it is later they would take too long. */
    private static final long LONGEST = 3000;
    /** They go on for so many times the steps that the run took to grok, so that some can be later than it. */
    private static final double LATER = 1.25;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String question() {
        return "Do models respond to their edges, and train within them, more than in random directions?";
    }

    @Override
    public Optional<String> objection(StudiedRun run) {
        return Objections.decay(run).or(() -> Objections.task(run, NAME)).or(() -> Objections.optimizerState(run));
    }

    @Override
    public boolean trainsOn() {
        return true;
    }

    @Override
    public Findings measure(StudiedRun run, PhaseSteps phases) {
        Findings findings = new Findings();
        EdgeResponses.measure(run, phases.steps(PhaseTable.B), findings);
        long last = run.steps().last();
        long reached = run.hasMetrics() && run.grokStep().isPresent()
                ? Math.min(last, run.grokStep().getAsLong())
                : last;
        OptionalLong start = TrainingReplay.start(run, Math.max(0, reached - LONGEST));
        if (start.isEmpty()) {
            findings.lack(
                    "no training: there is no snapshot with the optimiser's state, nor one of step 0, to begin from",
                    Objections.OPTIMIZER_STATE);
        } else {
            long begin = start.getAsLong();
            boolean groks = reached < last;
            ConfinedTrainings.measure(
                    run,
                    begin,
                    begin + (reached - begin) / (groks ? 2 : 1),
                    begin + Math.round((reached - begin) * (groks ? LATER : 1)),
                    findings);
        }
        findings.figure(EdgeTrainingFigure.of(findings));
        return findings;
    }
}
