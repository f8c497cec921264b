package dev.spectraledge.analysis.experiment.functional;

import dev.spectraledge.analysis.experiment.probe.ProbeSplit;
import dev.spectraledge.trainer.data.MersenneTwister;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds the grouping of inputs that responses follow, by forward selection (ours; the paper leaves it open).
 *
 * <p>The statistic of a candidate grouping g is the share of the responses' variance that the group means, learned from some
 * inputs, explain on others: R²(g) = 1 − Σ‖Δh − m_g‖²/Σ‖Δh − m‖², both sums over inputs that were not learned from. The best
 * candidate is taken, its means subtracted, and the search goes on with what is left, in units of the same whole.
 *
 * <p>The null is that no candidate has to do with the responses: all candidates are rotated along the inputs by the same
 * random number of places, which keeps what neighbouring inputs have in common and how candidates depend on each other. Of
 * each rotation the maximum over the candidates counts, so that their number does not matter. A candidate is reported only if
 * no rotation of {@value #ROTATIONS} reaches it (p = {@code 0.01}) and it explains at least a twentieth.
 */
final class CoordinateSearch {
    /** Rotations of the null. */
    static final int ROTATIONS = 99;

    private static final double LARGEST_P = 0.01;
    private static final double SMALLEST_SHARE = 0.05;
    private static final int MOST = 3;

    private final List<Candidate> candidates;
    private final ProbeSplit split;
    private final int seed;

    /**
     * A candidate that was taken.
     *
     * @param share of the variance that it explains on inputs that were not learned from, beyond those taken before
     * @param probability of as much under the null
     * @param runnerUp the best of the others, with its share
     */
    record Found(String name, double share, double probability, String runnerUp, double runnerUpShare) {}

    CoordinateSearch(List<Candidate> candidates, ProbeSplit split, int seed) {
        this.candidates = candidates;
        this.split = split;
        this.seed = seed;
    }

    /** R² of each candidate alone, in their order. */
    double[] shares(double[][] responses) {
        double total = GroupMeans.total(responses, split);
        return candidates.stream()
                .mapToDouble(candidate -> GroupMeans.explained(responses, candidate, split) / total)
                .toArray();
    }

    /** What the responses follow, the most important first; empty if nothing is found. */
    List<Found> run(double[][] responses) {
        double total = GroupMeans.total(responses, split);
        double[][] left = responses;
        List<Found> found = new ArrayList<>();
        while (found.size() < MOST) {
            double[] shares = explained(left, candidates, total);
            int best = largest(shares, -1);
            int second = largest(shares, best);
            double probability = rotated(left, total).probability(shares[best]);
            if (probability > LARGEST_P || shares[best] < SMALLEST_SHARE) {
                break;
            }
            Candidate taken = candidates.get(best);
            found.add(new Found(
                    taken.name(),
                    shares[best],
                    probability,
                    candidates.get(second).name(),
                    shares[second]));
            left = new GroupMeans(left, taken, split.train()).residuals(left, taken);
        }
        return found;
    }

    private double[] explained(double[][] responses, List<Candidate> groupings, double total) {
        return groupings.stream()
                .mapToDouble(candidate -> GroupMeans.explained(responses, candidate, split) / total)
                .toArray();
    }

    private static int largest(double[] shares, int without) {
        int largest = without == 0 ? 1 : 0;
        for (int index = 0; index < shares.length; index++) {
            if (index != without && shares[index] > shares[largest]) {
                largest = index;
            }
        }
        return largest;
    }

    private NullDraws rotated(double[][] responses, double total) {
        MersenneTwister random = MersenneTwister.seededByInteger(seed);
        double[] draws = new double[ROTATIONS];
        for (int draw = 0; draw < ROTATIONS; draw++) {
            int offset = 1 + random.nextBelow(responses.length - 1);
            List<Candidate> rotated = candidates.stream()
                    .map(candidate -> candidate.rotated(offset))
                    .toList();
            double[] shares = explained(responses, rotated, total);
            draws[draw] = shares[largest(shares, -1)];
        }
        return NullDraws.of(draws);
    }
}
