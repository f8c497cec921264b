package dev.spectraledge.analysis.experiment.functional;

import dev.spectraledge.analysis.experiment.probe.ProbeSplit;
import dev.spectraledge.analysis.statistic.Null;
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
 * none of {@value #ROTATIONS} rotations reaches it (p = 0.01) and it explains at least a twentieth.
 */
final class CoordinateSearch {
    /** Rotations of the null. */
    static final int ROTATIONS = 99;

    /** The smallest p that so many rotations can give, which is also the largest that is reported. */
    static final double P_VALUE = Null.probability(0, ROTATIONS);

    private static final double SMALLEST_SHARE = 0.05;
    private static final int MOST = 3;

    private final List<Candidate> candidates;
    private final List<Grouping> groupings;
    private final ProbeSplit split;
    private final int seed;

    /**
     * A candidate that was taken.
     *
     * @param share of the variance that it explains on inputs that were not learned from, beyond those taken before
     * @param runnerUp the best of the others, with its share
     */
    record Found(String name, double share, String runnerUp, double runnerUpShare) {}

    CoordinateSearch(List<Candidate> candidates, ProbeSplit split, int seed) {
        this.candidates = candidates;
        this.split = split;
        this.seed = seed;
        groupings = candidates.stream()
                .map(candidate -> Grouping.of(candidate.groups()))
                .toList();
    }

    /** R² of each candidate alone, in their order. */
    double[] shares(double[][] responses) {
        GroupMeans means = new GroupMeans(responses, split);
        return explained(means, 0, means.total());
    }

    /** What the responses follow, the most important first; empty if nothing is found. */
    List<Found> run(double[][] responses) {
        GroupMeans left = new GroupMeans(responses, split);
        double total = left.total();
        List<Found> found = new ArrayList<>();
        while (found.size() < MOST) {
            double[] shares = explained(left, 0, total);
            int best = largest(shares, -1);
            if (shares[best] < SMALLEST_SHARE || isReached(left, total, shares[best])) {
                break;
            }
            int second = largest(shares, best);
            found.add(new Found(
                    candidates.get(best).name(),
                    shares[best],
                    candidates.get(second).name(),
                    shares[second]));
            left = new GroupMeans(left.residuals(groupings.get(best)), split);
        }
        return found;
    }

    private double[] explained(GroupMeans means, int offset, double total) {
        return groupings.stream()
                .mapToDouble(grouping -> means.explained(grouping, offset) / total)
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

    /** Whether the best candidate of any rotation explains as much. */
    private boolean isReached(GroupMeans means, double total, double share) {
        MersenneTwister random = MersenneTwister.seededByInteger(seed);
        int inputs = groupings.getFirst().numbers().length;
        for (int draw = 0; draw < ROTATIONS; draw++) {
            double[] shares = explained(means, 1 + random.nextBelow(inputs - 1), total);
            if (shares[largest(shares, -1)] >= share) {
                return true;
            }
        }
        return false;
    }
}
