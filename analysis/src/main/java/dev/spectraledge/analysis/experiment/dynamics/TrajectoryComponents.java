package dev.spectraledge.analysis.experiment.dynamics;

import dev.spectraledge.analysis.experiment.CurveFigure;
import dev.spectraledge.analysis.experiment.Experiment;
import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.Measurement;
import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.WeightMatrix;
import dev.spectraledge.analysis.phase.PhaseSteps;
import dev.spectraledge.analysis.report.plot.Axis;
import dev.spectraledge.analysis.report.plot.Figure;
import dev.spectraledge.analysis.report.plot.Palette;
import dev.spectraledge.analysis.report.plot.Panel;
import dev.spectraledge.analysis.report.plot.Points;
import dev.spectraledge.analysis.report.plot.Reference;
import dev.spectraledge.analysis.report.plot.Scale;
import dev.spectraledge.analysis.statistic.Statistics;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.trainer.RunException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * How much of each matrix's way through the snapshots lies along one direction (Lifecycle §4.25). Published: the share of
 * the first principal component against ten random walks with the same step norms, whose own share is more than a half.
 * Controlled: against walks whose steps are also correlated like the observed ones, and whether the published turnover is
 * merely the first point of its curve.
 */
public final class TrajectoryComponents implements Experiment {
    private static final int PUBLISHED_TRIALS = 10;
    private static final int TRIALS = 100;
    private static final int FIRST_PREFIX = 4;
    private static final int PREFIXES = 20;
    private static final double GUARD = 1e-8;
    private static final double PERCENT = 100;

    @Override
    public String name() {
        return "trajectory-pca";
    }

    @Override
    public String question() {
        return "Do weights move along one direction more than a random walk of such steps would?";
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
        List<Long> steps = List.copyOf(run.steps());
        if (steps.size() < FIRST_PREFIX) {
            throw new RunException(run.name() + ": a trajectory needs at least " + FIRST_PREFIX + " snapshots");
        }
        Findings findings = new Findings();
        long end = steps.getLast();
        long seed = run.config().training().seed();
        double[][] joint = new double[steps.size()][steps.size()];
        long walks = 0;
        for (WeightMatrix matrix : WeightMatrix.of(run.layout())) {
            double[][] gram;
            try (MemoryOwner owner = MemoryOwner.open("trajectory")) {
                gram = MatrixTrajectory.read(run, run.backend(), owner, steps, List.of(matrix))
                        .getFirst()
                        .gram(run.backend());
            }
            joint = MatrixTrajectory.sum(joint, gram);
            measure(matrix, gram, end, seed, walks, findings);
            walks += TRIALS;
        }
        turnover(steps, joint, findings);
        findings.remark("shares and scores are filed under the step of the last snapshot; scores are in standard "
                + "deviations");
        findings.figure(figure(findings));
        return findings;
    }

    /** @param first number of this matrix's first random walk: matrices that shared them would deviate together */
    private static void measure(
            WeightMatrix matrix, double[][] gram, long end, long seed, long first, Findings findings) {
        String item = matrix.item();
        double share = PERCENT * PrincipalComponents.centred(gram, gram.length).share(0);
        double[][] steps = MatrixTrajectory.stepGram(gram);
        findings.published("first-share", item, end, share);
        double[] walks = shares(SurrogateWalk.independent(steps, matrix.elements()), seed, first, PUBLISHED_TRIALS);
        findings.published("random-walk-share", item, end, Statistics.mean(walks));
        findings.published(
                "score", item, end, (share - Statistics.mean(walks)) / (Statistics.deviation(walks) + GUARD));
        double[] correlated = shares(SurrogateWalk.autocorrelated(steps, matrix.elements()), seed, first, TRIALS);
        findings.controlled("autocorrelated-share", item, end, Statistics.mean(correlated));
        findings.controlled(
                "score", item, end, (share - Statistics.mean(correlated)) / Statistics.deviation(correlated));
        findings.controlled("step-correlation", item, end, SurrogateWalk.meanCosines(steps)[1]);
    }

    private static double[] shares(SurrogateWalk walk, long seed, long first, int trials) {
        double[] shares = new double[trials];
        for (int trial = 0; trial < trials; trial++) {
            double[][] positions = walk.positions(seed, first + trial);
            shares[trial] = PERCENT
                    * PrincipalComponents.centred(positions, positions.length).share(0);
        }
        return shares;
    }

    /** First component of all matrices together over longer and longer beginnings, and where it turns. */
    private static void turnover(List<Long> steps, double[][] joint, Findings findings) {
        List<Integer> prefixes = new ArrayList<>();
        for (int index = 0; index < PREFIXES; index++) {
            int prefix =
                    FIRST_PREFIX + (int) Math.round((double) index * (steps.size() - FIRST_PREFIX) / (PREFIXES - 1));
            if (prefixes.isEmpty() || prefixes.getLast() < prefix) {
                prefixes.add(prefix);
            }
        }
        double[] shares = new double[prefixes.size()];
        for (int index = 0; index < shares.length; index++) {
            int prefix = prefixes.get(index);
            shares[index] = PrincipalComponents.centred(joint, prefix).share(0);
            findings.published("joint-share", "all", steps.get(prefix - 1), shares[index]);
        }
        OptionalInt turn = turnover(shares);
        if (turn.isPresent()) {
            long end = steps.getLast();
            findings.published("turnover-step", "all", end, (double) steps.get(prefixes.get(turn.getAsInt()) - 1));
            findings.controlled("turnover-is-first-point", "all", end, turn.getAsInt() == 0 ? 1 : 0);
        }
    }

    /** Index of the largest value after which two decreases follow in a row; empty if there are none. */
    static OptionalInt turnover(double[] values) {
        int peak = CommutatorEvents.largest(values, 0, values.length);
        boolean falls = peak >= 0
                && peak + 2 < values.length
                && values[peak + 1] < values[peak]
                && values[peak + 2] < values[peak + 1];
        return falls ? OptionalInt.of(peak) : OptionalInt.empty();
    }

    private static Figure figure(Findings findings) {
        List<Measurement> shares = findings.measurements().stream()
                .filter(found -> found.quantity().equals("first-share"))
                .toList();
        double[] places = new double[shares.size()];
        List<Scale.Tick> ticks = new ArrayList<>();
        List<String> names = shares.stream().map(Measurement::item).toList();
        for (int index = 0; index < places.length; index++) {
            places[index] = index;
            ticks.add(new Scale.Tick(index, Integer.toString(index + 1)));
        }
        Axis matrices = new Axis("matrix, in the order of the model", false, -1, places.length, ticks);
        return new Figure(
                "shares",
                "Share of the first principal component of each matrix's trajectory, and what random walks have",
                1,
                List.of(
                        new Panel(
                                "First component of each matrix",
                                matrices,
                                Axis.linear("share in %", 0, PERCENT),
                                List.of(),
                                List.of(),
                                List.of(
                                        points(
                                                findings,
                                                Procedure.PUBLISHED,
                                                "first-share",
                                                "observed",
                                                places,
                                                names,
                                                Palette.BLUE,
                                                Points.Mark.DOT),
                                        points(
                                                findings,
                                                Procedure.PUBLISHED,
                                                "random-walk-share",
                                                "random walk, as published",
                                                places,
                                                names,
                                                Palette.GREY,
                                                Points.Mark.BAR),
                                        points(
                                                findings,
                                                Procedure.CONTROLLED,
                                                "autocorrelated-share",
                                                "walk with the same correlations",
                                                places,
                                                names,
                                                Palette.VERMILION,
                                                Points.Mark.BAR)),
                                List.of(),
                                List.of(),
                                List.of(),
                                true),
                        new Panel(
                                "How far above the walks",
                                matrices,
                                Axis.linear("standard deviations"),
                                List.of(),
                                List.of(),
                                List.of(
                                        points(
                                                findings,
                                                Procedure.PUBLISHED,
                                                "score",
                                                "random walk, as published",
                                                places,
                                                names,
                                                Palette.GREY,
                                                Points.Mark.DOT),
                                        points(
                                                findings,
                                                Procedure.CONTROLLED,
                                                "score",
                                                "same correlations",
                                                places,
                                                names,
                                                Palette.VERMILION,
                                                Points.Mark.DOT)),
                                List.of(),
                                List.of(new Reference(3, "z = 3")),
                                List.of(),
                                true),
                        CurveFigure.plain(findings)
                                .solid(Procedure.PUBLISHED, "joint-share", "all", "published", Palette.BLUE)
                                .panel(
                                        "All matrices together, expanding window",
                                        Axis.linear("last step of the window"),
                                        Axis.linear("share of the first component", 0, 1))));
    }

    private static Points points(
            Findings findings,
            Procedure procedure,
            String quantity,
            String label,
            double[] places,
            List<String> names,
            int colour,
            Points.Mark mark) {
        double[] values = findings.measurements().stream()
                .filter(found ->
                        found.procedure() == procedure && found.quantity().equals(quantity))
                .mapToDouble(Measurement::value)
                .toArray();
        return new Points(label, places, values, names, colour, mark);
    }
}
