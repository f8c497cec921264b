package dev.spectraledge.analysis.experiment.trajectory;

import dev.spectraledge.analysis.experiment.Cadences;
import dev.spectraledge.analysis.experiment.Experiment;
import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.Objections;
import dev.spectraledge.analysis.experiment.RandomDirections;
import dev.spectraledge.analysis.experiment.SnapshotSteps;
import dev.spectraledge.analysis.experiment.StudiedModel;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.VectorProducts;
import dev.spectraledge.analysis.experiment.trajectory.AnchoredTrajectory.Components;
import dev.spectraledge.analysis.experiment.trajectory.AnchoredTrajectory.Directions;
import dev.spectraledge.analysis.nulls.NullModel;
import dev.spectraledge.analysis.phase.PhaseSteps;
import dev.spectraledge.analysis.protocol.Parameter;
import dev.spectraledge.analysis.statistic.Null;
import dev.spectraledge.analysis.statistic.Statistics;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.ParameterSubset;
import dev.spectraledge.trainer.config.Optimizer;
import dev.spectraledge.trainer.config.StepOrEvent;
import dev.spectraledge.trainer.config.TrainingConfig;
import dev.spectraledge.trainer.model.Parameters;
import dev.spectraledge.trainer.optimizer.DecayedParameters;
import dev.spectraledge.trainer.optimizer.Schedule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Whether the way of all weights through training has a few directions that hold what was learned, and whether it is so fragile as
 * published that it must be spread over all weights (thesis §5.10, S16). Published: the first principal directions of θ_t − θ_0,
 * centred or not, added to θ_0 until test accuracy is above 0.9; θ_T − θ_0 scaled, pruned, and truncated matrix by matrix.
 * Controlled: the same of θ itself, and of θ_t less what weight decay has left of θ_0, as every such edit of θ_T − θ_0 puts back
 * what decay had taken away; the directions of random walks with steps of the same norms that are led to the same end; and how rarely
 * the end of a walk lies as far inside of its own first directions as that of the run.
 */
public final class Reconstruction implements Experiment {
    static final String NAME = "reconstruction";

    /** The least accuracy at which a model counts as rebuilt. */
    private static final double REBUILT = 0.9;

    private static final List<Integer> COUNTS = List.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 15, 20, 30);
    private static final List<Integer> COUNTS_OF_WALKS = List.of(1, 2, 3, 5, 10, 20);
    private static final List<Double> FACTORS = List.of(0.8, 0.9, 0.95, 0.99, 1.01, 1.05, 1.1, 1.2);
    private static final List<Double> KEPT = List.of(0.1, 0.2, 0.5, 0.8, 0.9);
    private static final List<Integer> RANKS = List.of(4, 8, 16, 32, 64, 96);

    /** Singular values that are printed. */
    private static final int SHOWN = 5;
    /** Directions of which the test against walks speaks: as few as publications call enough or too few. */
    private static final int TESTED = 3;

    private static final int DRAWS = 199;
    private static final int WALKS = 3;
    private static final long WALK_SEED = 5100;

    /** Published: up to 100, which leave the spectrum as it is. Of fewer than three there is nothing to say. */
    private static final int MOST_SNAPSHOTS = 61;

    private static final int FEWEST_SNAPSHOTS = 4;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String question() {
        return "How few directions of the trajectory rebuild the trained model, and does that require "
                + "the initial weights?";
    }

    @Override
    public Optional<String> objection(StudiedRun run) {
        return Objections.task(run, NAME)
                .or(() -> Objections.when(
                        !isDecayKnown(run),
                        "needs decoupled weight decay on all parameters at one rate that no event changes, as "
                                + "with training.optimizer=adamw and training.decayed=all"));
    }

    /** Whether it follows from the configuration what decay has left of θ_0. */
    private static boolean isDecayKnown(StudiedRun run) {
        TrainingConfig training = run.config().training();
        StepOrEvent change = training.weightDecayChange();
        boolean decays = training.weightDecay() > 0 || change != null;
        return !decays
                || (training.optimizer() == Optimizer.ADAMW
                        && !Double.isNaN(decayed(run))
                        && (change == null || change.event() == null));
    }

    private static double decayed(StudiedRun run) {
        return DecayedParameters.of(run.config().training().decayed()).factor(run.layout(), ParameterSubset.ALL);
    }

    @Override
    public boolean dependsOnPhases() {
        return false;
    }

    @Override
    public boolean looksAtPhases() {
        return false;
    }

    @Override
    public Findings measure(StudiedRun run, PhaseSteps phases) {
        Findings findings = new Findings();
        List<Long> steps = SnapshotSteps.thinned(SnapshotSteps.even(run.steps()), MOST_SNAPSHOTS);
        if (steps.size() < FEWEST_SNAPSHOTS) {
            findings.lack(
                    "no trajectory: it takes " + FEWEST_SNAPSHOTS + " snapshots at equal distances, and there are "
                            + run.steps().size() + ", of which " + steps.size() + " are",
                    Cadences.settings(run));
            return findings;
        }
        Backend backend = run.backend();
        try (MemoryOwner owner = MemoryOwner.open("reconstruction");
                StudiedModel model = StudiedModel.of(
                        run, run.data().test(), run.protocol(NAME).count(Parameter.SEQUENCES))) {
            long size = run.layout().size();
            TrajectoryBasis basis = TrajectoryBasis.of(
                    backend,
                    owner,
                    steps.size(),
                    size,
                    run.config().training().seed(),
                    (index, row) -> run.read(steps.get(index), new Parameters(run.layout(), row)));
            long last = steps.getLast();
            findings.controlled("certificate", "trajectory", last, basis.error());
            Tensor weights = run.weights(owner, last).flat();
            model.load(weights);
            double base = model.evaluate().accuracy();
            findings.published("test-accuracy", "base", last, base);
            Edited edited = new Edited(
                    run,
                    model,
                    weights,
                    backend.allocate(owner, DType.FLOAT64, 1, size),
                    backend.allocate(owner, DType.FLOAT64, 1, size),
                    last,
                    findings);
            double[] left = decayLeft(run, steps);
            for (Anchor anchor : Anchor.values()) {
                AnchoredTrajectory trajectory = new AnchoredTrajectory(basis.coordinates(), anchor.shares(left));
                rebuild(edited, basis, trajectory, anchor);
                edited.from(anchor, left[left.length - 1], steps.getFirst());
                edited.edit(anchor);
                walk(edited, trajectory, anchor, left);
            }
            if (base <= REBUILT) {
                findings.remark("the run itself ends with a test accuracy of at most " + REBUILT
                        + ", so no number of directions can be enough");
            }
        }
        findings.figure(ReconstructionFigure.of(findings, COUNTS, FACTORS));
        return findings;
    }

    /** What weight decay has left of θ_0 at each snapshot: Π(1 − η_sω_s). */
    private static double[] decayLeft(StudiedRun run, List<Long> steps) {
        Schedule schedule = new Schedule(run.setup().settings().getFirst());
        double factor = decayed(run);
        double[] left = new double[steps.size()];
        double product = 1;
        long step = steps.getFirst();
        for (int index = 0; index < left.length; index++) {
            while (step < steps.get(index)) {
                double rate = schedule.decayRate(++step);
                product *= rate == 0 ? 1 : 1 - factor * rate;
            }
            left[index] = product;
        }
        return left;
    }

    /** Puts the last point together of its first directions. */
    private static void rebuild(Edited edited, TrajectoryBasis basis, AnchoredTrajectory trajectory, Anchor anchor) {
        for (Components components : Components.values()) {
            String item = anchor.prefix() + components.key();
            Directions directions = trajectory.directions(components);
            for (int index = 0; index < Math.min(SHOWN, directions.count()); index++) {
                edited.add(anchor, "share", item + "/" + (index + 1), directions.share(index));
            }
            double enough = Double.NaN;
            for (int count : COUNTS) {
                if (count <= directions.count()) {
                    basis.combine(trajectory.rebuilt(directions, count), edited.out());
                    double accuracy = edited.accuracy();
                    edited.add(anchor, "test-accuracy", item + "/k=" + count, accuracy);
                    edited.add(anchor, "outside", item + "/k=" + count, trajectory.outside(directions, count));
                    enough = Double.isNaN(enough) && accuracy > REBUILT ? count : enough;
                }
            }
            edited.add(anchor, "directions-needed", item, enough);
        }
    }

    /** The same of walks that have the run's steps' norms and its end, and how the run compares with walks that end anywhere. */
    private static void walk(Edited edited, AnchoredTrajectory trajectory, Anchor anchor, double[] left) {
        StudiedRun run = edited.run();
        long size = run.layout().size();
        long seed = run.config().training().seed();
        WalkSurrogates walks = new WalkSurrogates(trajectory.rows(), anchor.kept(left), size, seed);
        double observed = trajectory.outside(trajectory.directions(Components.UNCENTRED), TESTED);
        for (NullModel model : NullModel.values()) {
            Null chance = walks.outside(model, TESTED, DRAWS);
            String item = anchor.key() + "/" + model.title();
            edited.findings().controlled("outside-of-walks", item, edited.last(), chance.median());
            edited.findings().controlled("few-directions-p", item, edited.last(), chance.atMost(observed));
        }
        double[] end = trajectory.rows()[trajectory.rows().length - 1];
        double square = AnchoredTrajectory.dot(end, end);
        double enough = Double.NaN;
        for (int count : COUNTS_OF_WALKS) {
            if (count < trajectory.rows().length) {
                List<Double> accuracies = new ArrayList<>();
                for (int draw = 0; draw < WALKS; draw++) {
                    accuracies.add(edited.accuracy(walks.led(count, square, draw), Math.sqrt(square), seed + draw));
                }
                double accuracy = Statistics.mean(accuracies);
                edited.findings()
                        .controlled("test-accuracy", "walk/" + anchor.key() + "/k=" + count, edited.last(), accuracy);
                enough = Double.isNaN(enough) && accuracy > REBUILT ? count : enough;
            }
        }
        edited.findings().controlled("directions-needed", "walk/" + anchor.key(), edited.last(), enough);
    }

    /**
     * The last weights of a run and what is made of them.
     *
     * @param weights θ_T
     * @param point a_Tθ_0
     * @param out the weights that are looked at
     * @param last T
     */
    private record Edited(
            StudiedRun run,
            StudiedModel model,
            Tensor weights,
            Tensor point,
            Tensor out,
            long last,
            Findings findings) {
        void add(Anchor anchor, String quantity, String item, double value) {
            findings.add(anchor.procedure(), quantity, item, last, value);
        }

        double accuracy() {
            model.load(out);
            return model.evaluate().accuracy();
        }

        /** That of a walk's end as its own directions have it. */
        double accuracy(WalkSurrogates.End end, double norm, long seed) {
            Backend backend = model.backend();
            backend.copy(point, out);
            backend.axpy(end.along(), weights, out);
            backend.axpy(-end.along(), point, out);
            try (MemoryOwner scratch = MemoryOwner.open("across")) {
                backend.axpy(
                        end.across() * norm,
                        RandomDirections.draw(backend, scratch, WALK_SEED + seed, 1, out.size(1))
                                .getFirst(),
                        out);
            }
            return accuracy();
        }

        void from(Anchor anchor, double left, long first) {
            Backend backend = model.backend();
            backend.fill(point, 0);
            double share = anchor.shares(new double[] {left})[0];
            if (share != 0) {
                try (MemoryOwner scratch = MemoryOwner.open("first weights")) {
                    backend.axpy(share, run.weights(scratch, first).flat(), point);
                }
            }
            findings.controlled("point-norm", anchor.key(), last, VectorProducts.norm(backend, point));
        }

        void edit(Anchor anchor) {
            try (MemoryOwner scratch = MemoryOwner.open("edits of weights")) {
                WeightEdits edits = new WeightEdits(model.backend(), scratch, run.layout(), weights, point);
                for (double factor : FACTORS) {
                    edits.scale(factor, out);
                    add(anchor, "test-accuracy", anchor.prefix() + "scaled/" + factor, accuracy());
                }
                for (double kept : KEPT) {
                    edits.prune(kept, out);
                    add(anchor, "test-accuracy", anchor.prefix() + "pruned/" + kept, accuracy());
                }
                for (int rank : RANKS) {
                    edits.truncate(rank, false, out);
                    add(anchor, "test-accuracy", anchor.prefix() + "truncated/" + rank, accuracy());
                    edits.truncate(rank, true, out);
                    add(anchor, "test-accuracy", anchor.prefix() + "attention-truncated/" + rank, accuracy());
                }
            }
        }
    }
}
