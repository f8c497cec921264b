package dev.spectraledge.analysis.experiment.functional;

import dev.spectraledge.analysis.experiment.Cadences;
import dev.spectraledge.analysis.experiment.Experiment;
import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.PhaseSteps;
import dev.spectraledge.analysis.experiment.PhaseTable;
import dev.spectraledge.analysis.experiment.RandomDirections;
import dev.spectraledge.analysis.experiment.StudiedModel;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.UpdateWindow;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.data.MersenneTwister;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;

/**
 * Which grouping of the inputs the response to a move along the edge follows, found rather than assumed (ours; the paper
 * names it as its open limitation). With candidates: forward selection by {@link CoordinateSearch}, whose statistic and null
 * are described there. Without: clusters of the responses, by {@link ResponseClusters}. Both are judged on inputs that they
 * have not learned from, and both are also run on responses that were dealt out to other inputs, where they must find
 * nothing. Along random directions the same is measured, to tell the edge from the model.
 */
public final class FunctionalCoordinate implements Experiment {
    static final String GROUP_R2 = "group-r2";
    static final String FOUND = "found";
    static final String FOUND_P = "found-p";
    static final String CLUSTERS = "clusters";
    static final String CLUSTER_P = "cluster-p";
    static final String STABILITY = "cluster-stability";
    static final String AGREEMENT = "cluster-agreement";
    static final String EDGE = "edge";
    static final String SHUFFLED = "shuffled";
    static final String RANDOM = "random";

    private static final int WINDOW = 5;
    private static final int RANDOM_PAIRS = 5;
    private static final int SEED = 31;

    @Override
    public String name() {
        return "functional-coordinate";
    }

    @Override
    public String question() {
        return "Which grouping of the inputs does the response to a move along the edge follow?";
    }

    @Override
    public Findings measure(StudiedRun run, PhaseSteps phases) {
        Findings findings = new Findings();
        try (StudiedInputs inputs = new StudiedInputs(run)) {
            for (long step : new TreeSet<>(phases.of(PhaseTable.B).values())) {
                long stride = Cadences.published(run);
                if (UpdateWindow.exists(run, step, stride, WINDOW)) {
                    try (UpdateWindow window = UpdateWindow.ending(run, step, stride, WINDOW)) {
                        inputs.load(step);
                        measure(inputs, window, findings);
                    }
                } else {
                    findings.remark("no window ends at step " + step);
                }
            }
            FunctionalCoordinateFigures.draw(findings, inputs.candidates());
        }
        return findings;
    }

    private static void measure(StudiedInputs inputs, UpdateWindow window, Findings findings) {
        long step = window.step();
        double[][] responses = inputs.responses(window.directions(0, UpdateWindow.EDGE));
        double[][] dealt = dealt(responses);
        CoordinateSearch search = new CoordinateSearch(inputs.candidates(), inputs.split(), SEED);
        shares(EDGE, inputs, search.shares(responses), step, findings);
        shares(SHUFFLED, inputs, search.shares(dealt), step, findings);
        random(inputs, search, window.direction(0).size(1), step, findings);
        List<CoordinateSearch.Found> found = search.run(responses);
        for (int place = 0; place < found.size(); place++) {
            CoordinateSearch.Found coordinate = found.get(place);
            findings.controlled(FOUND, EDGE + "/" + (place + 1) + "/" + coordinate.name(), step, coordinate.share());
            findings.controlled(
                    FOUND_P, EDGE + "/" + (place + 1) + "/" + coordinate.name(), step, coordinate.probability());
        }
        findings.controlled(FOUND, EDGE, step, found.size());
        findings.controlled(FOUND, SHUFFLED, step, search.run(dealt).size());
        findings.remark(text(step, found));
        clusters(EDGE, inputs, responses, step, findings);
        clusters(SHUFFLED, inputs, dealt, step, findings);
    }

    private static void shares(String what, StudiedInputs inputs, double[] shares, long step, Findings findings) {
        for (int index = 0; index < shares.length; index++) {
            findings.controlled(
                    GROUP_R2, what + "/" + inputs.candidates().get(index).name(), step, shares[index]);
        }
    }

    /** The mean over pairs of random directions. */
    private static void random(StudiedInputs inputs, CoordinateSearch search, long size, long step, Findings findings) {
        StudiedModel model = inputs.model();
        double[] mean = new double[inputs.candidates().size()];
        for (int pair = 0; pair < RANDOM_PAIRS; pair++) {
            try (MemoryOwner scratch = MemoryOwner.open("random directions")) {
                List<Tensor> directions =
                        RandomDirections.draw(model.backend(), scratch, SEED + pair, UpdateWindow.EDGE, size);
                double[] shares = search.shares(inputs.responses(directions));
                Arrays.setAll(mean, index -> mean[index] + shares[index] / RANDOM_PAIRS);
            }
        }
        shares(RANDOM, inputs, mean, step, findings);
    }

    private static void clusters(
            String what, StudiedInputs inputs, double[][] responses, long step, Findings findings) {
        ResponseClusters clusters = ResponseClusters.of(responses, inputs.split(), SEED);
        findings.controlled(CLUSTERS, what, step, clusters.count());
        findings.controlled(STABILITY, what, step, clusters.stability());
        findings.controlled(CLUSTER_P, what, step, clusters.probability());
        for (Candidate candidate : inputs.candidates()) {
            findings.controlled(
                    AGREEMENT,
                    what + "/" + candidate.name(),
                    step,
                    AdjustedRandIndex.of(
                            clusters.clusters(), candidate.of(clusters.rows()).groups()));
        }
    }

    /**
     * Responses of other inputs, and each component of those of yet another one: what remains is how each component is
     * distributed, and neither which input it belongs to nor what it has to do with the others.
     */
    static double[][] dealt(double[][] responses) {
        return ResponseClusters.dealt(responses, MersenneTwister.seededByInteger(SEED));
    }

    private static String text(long step, List<CoordinateSearch.Found> found) {
        if (found.isEmpty()) {
            return "Step " + step + ": the response follows none of the candidates.";
        }
        CoordinateSearch.Found first = found.getFirst();
        return String.format(
                Locale.ROOT,
                "Step %d: the response follows %s (R² %.3f on other inputs, p = %.2f); next best %s (%.3f).",
                step,
                first.name(),
                first.share(),
                first.probability(),
                first.runnerUp(),
                first.runnerUpShare());
    }
}
