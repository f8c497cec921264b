package dev.spectraledge.analysis.experiment.functional;

import dev.spectraledge.analysis.experiment.Experiment;
import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.RandomDirections;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.UpdateWindow;
import dev.spectraledge.analysis.phase.PhaseSteps;
import dev.spectraledge.analysis.phase.PhaseTable;
import dev.spectraledge.analysis.protocol.Parameter;
import dev.spectraledge.analysis.statistic.Null;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.data.MersenneTwister;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * Which grouping of the inputs the response to a move along the edge follows, found rather than assumed (ours; the paper
 * names it as its open limitation). The response of an input is Δh for v₁ and for v₂, each scaled to a mean square of 1 over
 * the inputs, so that both count alike. With candidates: forward selection by {@link CoordinateSearch}. Without: groups of
 * like responses, by {@link ResponseClusters}, which are reported where
 * p ≤ 0.01, and of which the candidates only say afterwards what they are. Both are judged on
 * inputs that they have not learned from, and both are also run on the responses with each component dealt out among the
 * inputs, where they must find nothing. How much the candidates explain is also measured of v₁ and v₂ alone.
 *
 * <p>What is found may be the model's and no matter of the edge: a response follows depth along any direction, if the network
 * computes depth. So the same is measured along pairs of random directions, each orthonormal like v₁ and
 * v₂; every sentence on the edge has their mean, the range from the smallest to the largest, within which a further pair would
 * lie in 95 of 100 cases for 39 pairs, and the share of them that reach the edge.
 */
public final class FunctionalCoordinate implements Experiment {
    private static final String NAME = "functional-coordinate";
    static final String GROUP_R2 = "group-r2";
    static final String FOUND = "found";
    static final String CLUSTERS = "clusters";
    static final String CLUSTER_P = "cluster-p";
    static final String STABILITY = "cluster-stability";
    static final String AGREEMENT = "cluster-agreement";
    static final String EDGE = "edge";
    static final String SHUFFLED = "shuffled";
    static final String RANDOM = "random";
    static final String RANDOM_P = "group-r2-p";

    private static final int WINDOW = 5;
    private static final double SIGNIFICANT = 0.05;
    private static final int SEED = 31;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String question() {
        return "Which grouping of the inputs does the response to a move along the edge follow?";
    }

    @Override
    public Findings measure(StudiedRun run, PhaseSteps phases) {
        Findings findings = new Findings();
        int pairs = run.protocol(NAME).count(Parameter.DRAWS);
        try (StudiedInputs inputs = new StudiedInputs(run)) {
            UpdateWindow.atEach(run, new TreeSet<>(phases.steps(PhaseTable.B)), WINDOW, findings, window -> {
                inputs.load(window.step());
                measure(inputs, window, pairs, findings);
            });
            FunctionalCoordinateFigures.draw(findings, inputs.candidates());
        }
        return findings;
    }

    private static void measure(StudiedInputs inputs, UpdateWindow window, int pairs, Findings findings) {
        long step = window.step();
        List<double[][]> responses = inputs.responses(window.directions(0, UpdateWindow.EDGE));
        CoordinateSearch search = new CoordinateSearch(inputs.candidates(), inputs.split(), SEED);
        for (int k = 0; k < responses.size(); k++) {
            shares("v" + (k + 1), inputs, search.shares(responses.get(k)), step, findings);
        }
        List<Null> random = random(inputs, search, pairs, window.direction(0).size(1));
        double[][] edge = beside(responses);
        double[] ofEdge = search.shares(edge);
        for (int index = 0; index < ofEdge.length; index++) {
            report(inputs.candidates().get(index).name(), random.get(index), ofEdge[index], step, findings);
        }
        double[][] dealt = ResponseClusters.dealt(edge, MersenneTwister.seededByInteger(SEED));
        List<CoordinateSearch.Found> found = search(EDGE, inputs, search, edge, step, findings);
        findings.remark(text(EDGE, step, found) + beyondRandom(found, inputs, random, ofEdge));
        findings.remark(text(SHUFFLED, step, search(SHUFFLED, inputs, search, dealt, step, findings)));
        clusters(EDGE, inputs, edge, step, findings);
        clusters(SHUFFLED, inputs, dealt, step, findings);
    }

    /** The responses of each input to all directions, one behind the other. */
    private static double[][] beside(List<double[][]> responses) {
        return IntStream.range(0, responses.getFirst().length)
                .mapToObj(row -> responses.stream()
                        .flatMapToDouble(single -> Arrays.stream(single[row]))
                        .toArray())
                .toArray(double[][]::new);
    }

    private static List<CoordinateSearch.Found> search(
            String what,
            StudiedInputs inputs,
            CoordinateSearch search,
            double[][] responses,
            long step,
            Findings findings) {
        shares(what, inputs, search.shares(responses), step, findings);
        List<CoordinateSearch.Found> found = search.run(responses);
        findings.controlled(FOUND, what, step, found.size());
        for (int place = 0; place < found.size(); place++) {
            CoordinateSearch.Found coordinate = found.get(place);
            findings.controlled(FOUND, what + "/" + (place + 1) + "/" + coordinate.name(), step, coordinate.share());
        }
        return found;
    }

    private static void shares(String what, StudiedInputs inputs, double[] shares, long step, Findings findings) {
        for (int index = 0; index < shares.length; index++) {
            findings.controlled(
                    GROUP_R2, what + "/" + inputs.candidates().get(index).name(), step, shares[index]);
        }
    }

    /** What each candidate explains of the responses to a random pair of directions. */
    private static List<Null> random(StudiedInputs inputs, CoordinateSearch search, int pairs, long size) {
        double[][] draws = new double[inputs.candidates().size()][pairs];
        for (int pair = 0; pair < pairs; pair++) {
            try (MemoryOwner scratch = MemoryOwner.open("random directions")) {
                List<Tensor> directions =
                        RandomDirections.draw(inputs.model().backend(), scratch, SEED + pair, UpdateWindow.EDGE, size);
                double[] shares = search.shares(beside(inputs.responses(directions)));
                for (int index = 0; index < shares.length; index++) {
                    draws[index][pair] = shares[index];
                }
            }
        }
        return Arrays.stream(draws).map(Null::of).toList();
    }

    private static void report(String candidate, Null random, double edge, long step, Findings findings) {
        findings.controlled(GROUP_R2, RANDOM + "/" + candidate, step, random.mean());
        findings.controlled(GROUP_R2, RANDOM + "/" + candidate + "/low", step, random.smallest());
        findings.controlled(GROUP_R2, RANDOM + "/" + candidate + "/high", step, random.largest());
        findings.controlled(RANDOM_P, EDGE + "/" + candidate, step, random.probability(edge));
    }

    /** How the first coordinate does along random directions; nothing where none was found. */
    private static String beyondRandom(
            List<CoordinateSearch.Found> found, StudiedInputs inputs, List<Null> random, double[] edge) {
        if (found.isEmpty()) {
            return "";
        }
        int index = inputs.candidates().stream()
                .map(Candidate::name)
                .toList()
                .indexOf(found.getFirst().name());
        Null draws = random.get(index);
        double probability = draws.probability(edge[index]);
        return String.format(
                Locale.ROOT,
                " Along random pairs of directions it is R² %.3f (%d pairs: %.3f to %.3f), and p of the edge against"
                        + " them is %.3f: %s.",
                draws.mean(),
                draws.draws().length,
                draws.smallest(),
                draws.largest(),
                probability,
                probability <= SIGNIFICANT
                        ? "the edge follows it more closely than random directions do"
                        : "random directions do as well, so this belongs to the model and not to the edge");
    }

    private static void clusters(
            String what, StudiedInputs inputs, double[][] responses, long step, Findings findings) {
        ResponseClusters clusters = ResponseClusters.of(inputs.model().backend(), responses, inputs.split(), SEED);
        boolean found = clusters.probability() <= CoordinateSearch.P_VALUE;
        findings.controlled(CLUSTERS, what, step, found ? clusters.count() : 0);
        findings.controlled(STABILITY, what, step, clusters.stability());
        findings.controlled(CLUSTER_P, what, step, clusters.probability());
        if (!found) {
            findings.remark("Step " + step + ", " + what + ": there are no groups of similar responses.");
            return;
        }
        Candidate nearest = null;
        double largest = Double.NEGATIVE_INFINITY;
        for (Candidate candidate : inputs.candidates()) {
            double agreement = AdjustedRandIndex.of(
                    clusters.clusters(), candidate.of(clusters.rows()).groups());
            findings.controlled(AGREEMENT, what + "/" + candidate.name(), step, agreement);
            if (agreement > largest) {
                largest = agreement;
                nearest = candidate;
            }
        }
        findings.remark(String.format(
                Locale.ROOT,
                "Step %d, %s: without candidates there are %d groups of similar responses (p ≤ %.2f); "
                        + "the candidate nearest to them is %s (adjusted Rand index %.3f).",
                step,
                what,
                clusters.count(),
                CoordinateSearch.P_VALUE,
                nearest.name(),
                largest));
    }

    private static String text(String what, long step, List<CoordinateSearch.Found> found) {
        if (found.isEmpty()) {
            return "Step " + step + ", " + what + ": the response follows none of the candidates.";
        }
        CoordinateSearch.Found first = found.getFirst();
        return String.format(
                Locale.ROOT,
                "Step %d, %s: the response follows %s (R² %.3f on other inputs, p ≤ %.2f); next best %s (%.3f).",
                step,
                what,
                first.name(),
                first.share(),
                CoordinateSearch.P_VALUE,
                first.runnerUp(),
                first.runnerUpShare());
    }
}
